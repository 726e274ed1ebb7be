"""Queries for rendering emails. Each of them is compiled to SQL once."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from accounts.models import Person
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.outbox.models import Message, MessageQuerySet
from registrations.message_kinds import LEFT
from registrations.models import Enrollment, Registration, RegistrationQuerySet
from sessions.models import Series, SeriesQuerySet, Session, SessionQuerySet


@compiled_query
def active_recipient(person_id: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, is_active=True)


@compiled_query
def series_of_email(series_id: int) -> SeriesQuerySet:
    return Series.objects.filter(pk=series_id).select_related("hub")


@compiled_query
def registrations_of_email(ids: list[int], person_id: int) -> RegistrationQuerySet:
    """Return this person's registrations with all related objects that an email displays, in order of time.

    The annotation `first` contains the series that are recommended before; `recommended_titles` returns their titles.
    """
    first = Series.objects.published().filter(recommended_next=OuterRef("session__series")).order_by("slug")
    return (
        Registration.objects.filter(pk__in=ids, person_id=person_id)
        .select_related("session__series__hub", "person")
        .annotate(first=ArraySubquery(first.values(json=JSONObject(title_en="title_en", title_fr="title_fr"))))
        .order_by("session__on_date", "session__starts_at", "session__number")
    )


@compiled_query
def recommended_first(series_id: int) -> SeriesQuerySet:
    """Return published series that are recommended before this one, sorted by slug."""
    return Series.objects.published().filter(recommended_next=series_id).order_by("slug")


def recommended_titles(series: Series, rows: Iterable[Registration]) -> list[str]:
    """Return the titles of the series that are recommended before this one, in the active language.

    A query is made only if no row belongs to the series.
    """
    for row in rows:
        if row.session.series_id == series.pk:
            return [Series(**values).title for values in row.first]  # type: ignore[attr-defined]
    return [first.title for first in recommended_first(series.pk)]


@compiled_query
def places_of_email(series_id: int, person_id: int) -> RegistrationQuerySet:
    """Return this person's places in sessions of the series, with the time until which they are kept."""
    rows = Registration.objects.registered().filter(person_id=person_id, session__series_id=series_id)
    return rows.only("kept_until", "reminders_wait").order_by()


def waiting_of_email(series_id: int, person_id: int) -> RegistrationQuerySet:
    """Return this person's registrations on waiting lists of sessions of the series that are not cancelled or over."""
    sessions = Session.objects.filter(series=series_id).to_come(timezone.now())
    rows = Registration.objects.waiting().filter(person_id=person_id, session__in=sessions)
    rows = rows.exclude(session__state=Session.State.CANCELLED)
    return rows.select_related("session").order_by("session__on_date", "session__starts_at", "session__number")


@compiled_query
def active_among(ids: list[int]) -> RegistrationQuerySet:
    return Registration.objects.active().filter(pk__in=ids).only("pk")


@compiled_query
def active_place(registration_id: int, *, only: tuple[str, ...]) -> RegistrationQuerySet:
    """Return the registration if it has a place and its session is not cancelled.

    It is loaded with all related objects that an email displays, or with only the fields in `only`.
    """
    rows = Registration.objects.registered().filter(pk=registration_id)
    rows = rows.select_related("session").only(*only) if only else rows.select_related("session__series__hub", "person")
    return rows.exclude(session__state=Session.State.CANCELLED).order_by()


@compiled_query
def session_before(series_id: int, starts_at: dt.datetime) -> SessionQuerySet:
    """Return the previous session of the series that was not cancelled, with only `starts_at` loaded."""
    rows = Session.objects.filter(series=series_id, starts_at__lt=starts_at).exclude(state=Session.State.CANCELLED)
    return rows.order_by("-starts_at").only("starts_at")[:1]


@compiled_query
def other_reminders(
    message_id: int, person_id: int, kind: str, earliest: dt.datetime, latest: dt.datetime
) -> MessageQuerySet:
    """Return this person's other reminders of the kind that are due in this period or part of this message."""
    rows = Message.objects.beside(
        message_id, person_id=person_id, kind=kind, now=Now(), due_at__range=(earliest, latest)
    )
    return rows.only("kind", "payload", "person_id", "scope_id", "due_at")


def covers_later_sessions(person: int, series: int) -> bool:
    """Return whether the person is registered for sessions that are added to the series later."""
    return Enrollment.objects.active().filter(person=person, series=series, covers_later_sessions=True).exists()


def explained_by_email(rows: Iterable[Registration]) -> set[int]:
    """Return the IDs of cancelled registrations of one person that an email which was sent explains, with one query.

    Registrations that the person cancelled need no explanation. If there are no others, no query is made.
    """
    lost = {row.pk: row for row in rows if row.given_up != "left"}
    since = {pk: row.cancelled_at for pk, row in lost.items() if row.cancelled_at is not None}
    if not lost:
        return set()
    abouts = [f"registration:{pk}" for pk in lost] + [f"series:{row.session.series_id}" for row in lost.values()]
    person = next(iter(lost.values())).person_id
    sent = Message.objects.about(*abouts).filter(kind=LEFT, person_id=person, state=Message.State.SENT)
    return {
        pk
        for named, written in sent.values_list("payload__registrations", "created_at")
        for pk in named
        if pk in since and written >= since[pk]
    }
