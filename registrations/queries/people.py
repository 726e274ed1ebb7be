"""Queries for the registrations, enrollments and consent of a person."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from accounts.models import Consent, ConsentKind, Person
from accounts.policies import current_policy
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.outbox.models import Suppression
from registrations.models import Addition, Enrollment, Registration, RegistrationQuerySet
from registrations.models.registration import CONFIRMED
from sessions.models import Series, Session


def registrations_of(person: Person) -> list[Registration]:
    """Return a person's active registrations with session and series, in order of time, using one query.

    The annotation `is_suppressed` is whether the person's address is suppressed.
    """
    rows = _registrations_of(person.pk)
    for row in rows:
        row.person = person
    return rows


@compiled_query
def _registrations_of(person_id: int) -> RegistrationQuerySet:
    return (
        Registration.objects.active()
        .filter(person=person_id)
        .exclude(session__state=Session.State.DRAFT)
        .select_related("session__series")
        .annotate(is_suppressed=Exists(Suppression.objects.open_for(OuterRef("person__email_key"))))
        .order_by("session__on_date", "session__starts_at", "session__series_id", "session__number")
    )


def given_back(person: Person, now: dt.datetime) -> list[Registration]:
    """Return the person's cancelled registrations in sessions that are still open for registration, in order of time.

    They include registrations that somebody else cancelled.
    """
    return list(_given_back(person.pk, now))


@compiled_query
def _given_back(person_id: int, now: dt.datetime) -> RegistrationQuerySet:
    return (
        Registration.objects.filter(person=person_id, state=Registration.State.CANCELLED)
        .filter(session__in=Session.objects.open_for_registration(now))
        .select_related("session__series")
        .order_by("session__on_date", "session__starts_at", "session__series_id", "session__number")
    )


def shown_names(series_id: int, people: Sequence[Person]) -> dict[int, str]:
    """Return the name that coordinators of the series may see, by person ID, using one query.

    It is the name in the newest form, until one of the person's registrations in the series is confirmed.
    """
    names = {person.pk: str(person) for person in people}
    rows = Registration.objects.filter(person__in=names, session__series=series_id).select_related("person")
    confirmed: set[int] = set()
    for row in rows.order_by("registered_at", "pk"):
        if row.is_confirmed:
            confirmed.add(row.person_id)
        names[row.person_id] = str(row.person) if row.person_id in confirmed else row.form_name
    return names


def with_shown_names(
    rows: QuerySet[Any], *, person: str = "person", series: str | int = "session__series"
) -> QuerySet[Any]:
    """Annotate `name_shown`, the name that coordinators of the series may see, and its sort key `key_shown`.

    `person` and `series` are the lookups in the rows, or `series` is the ID of a series. The names are those of
    `shown_names`.
    """
    places = Registration.objects.filter(
        person=OuterRef(person), session__series=OuterRef(series) if isinstance(series, str) else series
    )
    first = places.annotate(is_form=Case(When(CONFIRMED, then=0), default=1)).order_by(
        "is_form", "-registered_at", "-pk"
    )
    prefix = "" if person == "pk" else f"{person}__"
    profile_name = Coalesce(NullIf(f"{prefix}name", Value("")), f"{prefix}email", output_field=TextField())
    shown = {}
    for name, form_field, of_profile in (
        ("name_shown", "form_name", profile_name),
        ("key_shown", "form_sort_key", F(f"{prefix}sort_key")),
    ):
        of_form = first.annotate(said=Case(When(is_form=1, then=F(form_field)))).values("said")[:1]
        shown[name] = Coalesce(Subquery(of_form), of_profile, output_field=TextField())
    named: QuerySet[Any] = rows.annotate(**shown)
    return named


def with_names_in_hub(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate messages with `name_shown`, the name of the recipient that coordinators of the message's hub may see.

    It is "" if the person has no registration there. The names are those of `shown_names`.
    """
    places = Registration.objects.filter(person=OuterRef("person_id"), session__series__hub=OuterRef("scope_id"))
    of_profile = Coalesce(NullIf("person__name", Value("")), "person__email", output_field=TextField())
    said = Case(When(CONFIRMED, then=of_profile), default=F("form_name"), output_field=TextField())
    first = places.annotate(said=said, is_form=Case(When(CONFIRMED, then=0), default=1))
    first = first.order_by("is_form", "-registered_at", "-pk")
    named: QuerySet[Any] = rows.annotate(
        name_shown=Coalesce(Subquery(first.values("said")[:1]), Value(""), output_field=TextField())
    )
    return named


def active_by_session(person: Person | None, session_ids: Iterable[int]) -> dict[int, Registration]:
    """Return this person's active registrations by session ID, using one query, or none if there is no person."""
    if person is None:
        return {}
    return {row.session_id: row for row in _active(person.pk, list(session_ids))}


@compiled_query
def _active(person_id: int, session_ids: list[int]) -> RegistrationQuerySet:
    return Registration.objects.active().filter(person=person_id, session_id__in=session_ids)


def first_starts(person_ids: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """Return the start of each person's next session by person ID. People without a session to come are left out."""
    places = Registration.objects.registered().filter(person__in=person_ids, session__starts_at__gt=now)
    places = places.exclude(session__state=Session.State.CANCELLED).order_by()
    return dict(places.values_list("person").annotate(first=Min("session__starts_at")))


def has_waiting_reminders(person: Person) -> bool:
    """Return whether reminders were left out until this person's mailbox is proved. If it is, no query is made."""
    if person.is_proved:
        return False
    waiting = Registration.objects.registered().filter(person=person, reminders_wait=True)
    return waiting.filter(session__in=Session.objects.to_come(timezone.now())).exists()


def people_to_remind() -> list[Person]:
    """Return people with a proved mailbox who have registrations whose reminders have not been written yet.

    These reminders were left out while the mailbox was not proved.
    """
    waiting = Registration.objects.filter(reminders_wait=True)
    return list(Person.objects.get_queryset().filter(mailbox_proved_at__isnull=False, pk__in=waiting.values("person")))


def clashes(registrations: Iterable[Registration]) -> list[tuple[Registration, Registration]]:
    """Return pairs of registrations whose sessions overlap or follow each other without a gap, in order of time."""
    timed = sorted(
        (row for row in registrations if row.session.starts_at is not None and not row.session.is_cancelled),
        key=lambda row: (row.session.starts_at, row.session_id),
    )
    return [
        (one, other)
        for index, one in enumerate(timed)
        for other in timed[index + 1 :]
        if one.session.touches(other.session)
    ]


def equivalent_registrations(
    registrations: Iterable[Registration],
) -> list[tuple[Registration, Registration]]:
    """Return pairs of registrations for dates with the same content, of which a person needs only one."""
    chosen = [row for row in registrations if row.session.series.choose_one and not row.session.is_cancelled]
    return [
        (one, other)
        for index, one in enumerate(chosen)
        for other in chosen[index + 1 :]
        if one.session.series_id == other.session.series_id
    ]


def enrollment_of(person: Person, series_id: int) -> Enrollment | None:
    return Enrollment.objects.active().filter(person=person, series_id=series_id).first()


def only_waits(mine: Iterable[Registration], now: dt.datetime) -> bool:
    """Return whether a person with these registrations is on waiting lists of sessions to come, and has no place."""
    to_come = [row for row in mine if not row.session.is_over(now) and not row.session.is_cancelled]
    return {row.state for row in to_come} == {Registration.State.WAITING}


def covers_later(person: Person | None, series: Series) -> bool:
    """Return whether the person gets sessions that are added later to an ongoing series. For others, return True."""
    if person is None or not series.ongoing:
        return True
    enrollment = enrollment_of(person, series.pk)
    return enrollment is not None and enrollment.covers_later_sessions


def active_enrollments(person: Person) -> list[Enrollment]:
    """Return the person's active enrollments with their series, sorted by slug."""
    return _active_enrollments(person.pk)


@compiled_query
def _active_enrollments(person_id: int) -> QuerySet[Enrollment]:
    return Enrollment.objects.active().filter(person=person_id).select_related("series").order_by("series__slug")


def series_enrolled_in(person: Person | None, series: Iterable[Series]) -> set[int]:
    """Return the IDs of those series that need a key and in which the person is enrolled.

    No query is made if none of the series needs a key.
    """
    needed = [row.pk for row in series if row.needs_key]
    if person is None or not needed:
        return set()
    return set(Enrollment.objects.active().filter(person=person, series__in=needed).values_list("series_id", flat=True))


def has_agreed(person: Person) -> bool:
    """Return whether the person's consent to the current privacy policy, in either language, is in force."""
    version = current_policy(ConsentKind.PRIVACY).version
    return Consent.objects.filter(
        person=person, kind=ConsentKind.PRIVACY, text_version=version, withdrawn_at__isnull=True
    ).exists()


def registrations_for_feed(person: Person, now: dt.datetime) -> list[Registration]:
    """Return the person's places and, for 30 days, the cancelled ones, so that calendars remove their entries."""
    recent = now - dt.timedelta(days=30)
    return list(
        Registration.objects.filter(person=person)
        .filter(~Q(state=Registration.State.CANCELLED) | Q(cancelled_at__gte=recent))
        .exclude(state=Registration.State.WAITING)
        .exclude(session__state=Session.State.DRAFT)
        .select_related("session__series__hub", "person")
        .order_by("session__starts_at", "session_id")
    )


def one_place_each(series: Series) -> RegistrationQuerySet:
    """Return one active registration of each reachable person in the series: the one for their latest session."""
    own = Registration.objects.active().filter(session__series=series, person=OuterRef("person"))
    last = own.order_by(F("session__starts_at").desc(nulls_first=True), "-session__number", "-pk").values("pk")[:1]
    return Registration.objects.active().reachable().filter(session__series=series, pk=Subquery(last))


def has_people(series: Series) -> bool:
    """Return whether somebody is enrolled in the series, or has a registration for one of its sessions."""
    enrolled = Enrollment.objects.filter(series=series, left_at=None)
    return enrolled.exists() or Registration.objects.active().filter(session__series=series).exists()


def count_without_later_sessions(series: Series) -> int:
    """Return how many people have registrations in the series, but are not registered for sessions added later."""
    covered = Enrollment.objects.active().filter(person=OuterRef("person"), series=series, covers_later_sessions=True)
    rows = Registration.objects.active().filter(~Exists(covered), session__series=series)
    found: int = rows.aggregate(people=Count("person", distinct=True))["people"]
    return found


def people_who_left(series: Series, people: Iterable[Person]) -> set[int]:
    """Return the IDs of the people who left the series themselves. Coordinators cannot register them again."""
    left = Enrollment.objects.filter(series=series, person__in=people, left_at__isnull=False)
    gave_up = Registration.objects.filter(
        person=OuterRef("person"), session__series=series, cancelled_by=OuterRef("person")
    )
    stands = Registration.objects.active().filter(person=OuterRef("person"), session__series=series)
    return set(left.filter(Exists(gave_up), ~Exists(stands)).values_list("person_id", flat=True))


def has_open_addition(person: Person, addition: Addition) -> bool:
    """Return whether the person has not answered this addition, and still has a place or the enrollment of it.

    Places in cancelled sessions do not count.
    """
    if addition.recalled_at is not None:
        return False
    rows = Registration.objects.filter(addition=addition, person=person)
    if rows.active().filter(answered_at=None).exclude(session__state=Session.State.CANCELLED).exists():
        return True
    if rows.exclude(answered_at=None).exists():
        return False
    return Enrollment.objects.active().filter(addition=addition, person=person).exists()


def unanswered_additions(registrations: Iterable[Registration]) -> list[Addition]:
    """Return the additions of these registrations that the person has not answered. No query is made if there are none.

    Cancelled sessions do not count.
    """
    waiting = (row for row in registrations if row.awaits_answer and not row.session.is_cancelled)
    ids = {row.addition_id for row in waiting if row.addition_id is not None}
    rows = Addition.objects.filter(pk__in=ids, recalled_at=None).select_related("series__hub").order_by("pk")
    return list(rows) if ids else []
