"""Queries for places in sessions with a limit, and for their waiting lists."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from echo_portal.lib.compiled_query import compiled_query
from registrations.models import Registration
from sessions.models import Series, Session, SessionQuerySet


def with_places_taken(sessions: SessionQuerySet) -> SessionQuerySet:
    """Annotate sessions with `places_taken`, without a second query. It is None for sessions without a limit."""
    taken = (
        Registration.objects.registered()
        .filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(count=Count("*"))  # PostgreSQL can count from the index only
        .values("count")
    )
    return sessions.annotate(places_taken=Case(When(capacity__isnull=False, then=Subquery(taken))))


def sessions_to_choose(series: Series, now: dt.datetime) -> list[Session]:
    """Return the sessions of a series that can be chosen now, in order of time, using one query.

    Each session has its series, `places_taken` and `waiting`.
    """
    sessions = _sessions_to_choose(series.pk, now)
    for session in sessions:
        session.series = series
    return sessions


@compiled_query
def _sessions_to_choose(series_id: int, now: dt.datetime) -> SessionQuerySet:
    waiting = (
        Registration.objects.filter(state=Registration.State.WAITING, session=OuterRef("pk"))
        .values("session")
        .annotate(count=Count("pk"))
        .values("count")
    )
    sessions = with_places_taken(Session.objects.filter(series=series_id).open_for_registration(now))
    return sessions.annotate(
        waiting=Case(When(capacity__isnull=False, then=Subquery(waiting.order_by())))
    ).in_order_of_time()


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """Numbers of registrations in a session with a limit. `last_number` is the highest one on its waiting list."""

    registered: int
    waiting: int
    last_number: int

    def plus(self, state: str, waiting_number: int | None) -> "Taken":
        """Return the numbers after one more registration in this state."""
        if waiting_number is None:
            return dataclasses.replace(self, registered=self.registered + 1)
        return dataclasses.replace(self, waiting=self.waiting + 1, last_number=waiting_number)


NONE_TAKEN = Taken(0, 0, 0)


def places_taken(sessions: Iterable[Session]) -> dict[int, Taken]:
    """Return the numbers of registrations by session ID. No query is made if no session has a limit of places.

    Sessions without a limit, or without active registrations, are left out. If the sessions are locked, the numbers
    include every registration that was committed before.
    """
    limited = [session.pk for session in sessions if session.capacity is not None]
    if not limited:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, count(*) FILTER (WHERE state = 'registered'), "
            "count(*) FILTER (WHERE state = 'waiting'), coalesce(max(waiting_number), 0) "
            "FROM registrations_registration WHERE session_id = ANY(%s) AND state <> 'cancelled' GROUP BY session_id",
            [limited],
        )
        return {row[0]: Taken(*row[1:]) for row in cursor.fetchall()}


@compiled_query
def sessions_of(series_id: int, session_ids: list[int]) -> SessionQuerySet:
    """Return these sessions of the series, in order of time."""
    return Session.objects.filter(series=series_id, pk__in=session_ids).in_order_of_time()


@compiled_query
def lock_limited(series_id: int, session_ids: list[int]) -> SessionQuerySet:
    """Lock and return those of the sessions that have a limit of places, by ascending primary key."""
    limited = Session.objects.filter(series=series_id, pk__in=session_ids, capacity__isnull=False)
    return limited.order_by("pk").select_for_update(no_key=True)


def place_in_line(registration: Registration) -> int:
    """Return the position on the waiting list (1 is next), or 0 if the person is not on it."""
    if registration.waiting_number is None:
        return 0
    return (
        Registration.objects.waiting()
        .filter(session_id=registration.session_id, waiting_number__lte=registration.waiting_number)
        .count()
    )


def sessions_with_waiting_people(now: dt.datetime) -> list[int]:
    """Return the IDs of sessions to come with people on the waiting list."""
    return list(
        Session.objects.to_come(now)
        .filter(registrations__state=Registration.State.WAITING)
        .order_by("pk")
        .distinct()
        .values_list("pk", flat=True)
    )


def sessions_with_free_places(sessions: SessionQuerySet) -> SessionQuerySet:
    """Return those of the sessions that have both people on the waiting list and a free place."""
    of_session = Registration.objects.filter(session=OuterRef("pk"))
    registered = of_session.registered().order_by().values("session").annotate(count=Count("*")).values("count")
    waited_for = sessions.filter(Exists(of_session.filter(state=Registration.State.WAITING)))
    return waited_for.annotate(registered=Coalesce(Subquery(registered), 0)).filter(
        Q(capacity__isnull=True) | Q(registered__lt=F("capacity"))
    )


def places_in_line(registrations: Iterable[Registration]) -> dict[int, int]:
    """Return the position on the waiting list (1 is next) by registration ID. No query is made if nobody waits."""
    waiting = {row.pk: row for row in registrations if row.waiting_number is not None}
    if not waiting:
        return {}
    numbers: dict[int, list[int]] = {}
    in_line = Registration.objects.waiting().filter(session__in={row.session_id for row in waiting.values()})
    for session_id, number in in_line.values_list("session_id", "waiting_number"):
        numbers.setdefault(session_id, []).append(number or 0)
    return {
        pk: sum(number <= (row.waiting_number or 0) for number in numbers[row.session_id])
        for pk, row in waiting.items()
    }


def other_dates(registration: Registration, now: dt.datetime) -> list[Session]:
    """Return the sessions for which a place can be exchanged: open ones of the same choose-one series, by time."""
    series = registration.session.series
    if not series.choose_one:
        return []
    return list(
        Session.objects.open_for_registration(now)
        .filter(series=series)
        .exclude(pk=registration.session_id)
        .in_order_of_time()
    )
