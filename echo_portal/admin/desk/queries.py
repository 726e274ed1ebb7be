"""Queries of the desk: sessions with their counts, changes that can be recalled, and messages of a series."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import Person
from attendance.models import Attendance, AttendanceImport
from attendance.queries.held import without_report
from credits.models import Certificate
from echo_portal.admin.messages.scope import messages_of
from echo_portal.outbox.models import Message
from registrations.models import Addition, Announcement, Registration, SessionChange
from registrations.queries.recallable import Recallable, recallable_change
from registrations.queries.registrants import registrants_of
from sessions.models import Material, Series, Session

State = Registration.State
# The start of `about` in the messages of a change, as in SessionChange.about.
CHANGE_PREFIX = Case(When(kind=SessionChange.Kind.PUBLISHED, then=Value("publication:")), default=Value("change:"))


def sessions_of_desk(series: Series) -> list[Session]:
    """Return the sessions of a series, sorted by number, with their series and counts, using one query.

    The annotations are `registered`, `waiting`, `attended`, `has_recording`, `has_report` and `needs_report`.
    """
    rows = Session.objects.filter(series=series).annotate(
        registered=_count(Registration.objects.filter(state=State.REGISTERED)),
        waiting=_count(Registration.objects.filter(state=State.WAITING)),
        attended=_count(Attendance.objects.confirmed()),
        has_recording=Exists(Material.objects.online().filter(session=OuterRef("pk"), kind="recording")),
        has_report=Exists(AttendanceImport.objects.live().filter(session=OuterRef("pk"))),
        needs_report=Exists(without_report(Session.objects.public()).filter(pk=OuterRef("pk"))),
    )
    sessions = list(rows.order_by("number"))
    for session in sessions:
        session.series = series
    return sessions


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Return an expression for the number of these rows that belong to the session of the outer query."""
    of_session = rows.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(of_session.annotate(count=Count("*")).values("count")), 0)


def recallable_changes(sessions: Iterable[Session]) -> list[tuple[Session, Recallable]]:
    """Return the sessions whose last change can be recalled, each with that change.

    This uses one query, and two more for each change with unsent emails.
    """
    by_id = {session.pk: session for session in sessions}
    unsent = Message.objects.filter(about=OuterRef("about_text")).unsent()
    changes = SessionChange.objects.filter(session__in=by_id, recalled_at=None)
    changes = changes.annotate(about_text=_about(CHANGE_PREFIX)).filter(Exists(unsent))
    ids = sorted(set(changes.values_list("session", flat=True)))
    found = [(by_id[pk], recallable_change(by_id[pk])) for pk in ids]
    return [(session, change) for session, change in found if change is not None]


def _about(prefix: Case | Value) -> Concat:
    return Concat(prefix, Cast("pk", CharField()), output_field=CharField())


def messages_of_series(series: Series, reader: Person) -> QuerySet[Message]:
    """Return the messages about the series that this person may see, the newest first."""
    of_sessions = {"session__series": series}
    objects = [
        rows.order_by().values_list(_about(prefix))
        for rows, prefix in (
            (Registration.objects.filter(**of_sessions), Value("registration:")),
            (SessionChange.objects.filter(**of_sessions), CHANGE_PREFIX),
            (Announcement.objects.filter(Q(**of_sessions) | Q(series=series)), Value("announcement:")),
            (Addition.objects.filter(series=series), Value("addition:")),
            (Certificate.objects.filter(series=series), Value("certificate:")),
            (Session.objects.filter(series=series), Value("session:")),
            (Series.objects.filter(pk=series.pk), Value("series:")),
        )
    ]
    # Use a union of the objects: with OR between seven querysets, PostgreSQL would read all messages of the hub.
    about = objects[0].union(*objects[1:], all=True)
    return messages_of(reader).filter(about__in=about, scope_id=series.hub_id).defer("secret").order_by("-pk")


def count_registrants(series: Series, *, since: dt.datetime) -> tuple[int, int, list[tuple[str, int]]]:
    """Return numbers of registrants: all of them, those who first registered after `since`, and those by profession.

    Registrants are people who have a place or are enrolled; people who are only on waiting lists are not counted. The
    numbers by profession are pairs of code and number, the largest number first. The code is "" if the profession is
    not known.
    """
    rows: list[Any] = [row for row in registrants_of(series).active() if row.registered or not row.waiting]  # type: ignore[attr-defined]
    counts = Counter(row.profession_shown or "" for row in rows)
    return len(rows), sum(row.first_at is not None and row.first_at >= since for row in rows), counts.most_common()
