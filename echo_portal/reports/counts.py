"""Registrations, attendances and evaluations of each session in a selection. Most figures are sums of these counts."""

import dataclasses

from django.db.models import Count, Exists, OuterRef, Q

from attendance.models import Attendance
from echo_portal.reports.selection import Selection
from evaluations.queries.results import Rate, rates_of
from registrations.models import Registration


@dataclasses.dataclass(frozen=True)
class Counts:
    """The counts by session ID. Sessions without any are left out.

    `series_of` contains the series of each session in the selection, `came` the registrations whose person attended,
    and `known` the sessions whose attendance is known.
    """

    series_of: dict[int, int]
    registrations: dict[int, int]
    came: dict[int, int]
    attendances: dict[int, int]
    known: frozenset[int]
    rates: list[Rate]


def load_counts(selection: Selection, attended: dict[int, int] | None = None) -> Counts:
    """Return the counts, using four queries.

    If `attended` is not given, one more query determines how many people attended each session.
    """
    sessions = selection.sessions().order_by()
    series_of = dict(sessions.values_list("pk", "series"))
    places = Registration.objects.registered().filter(session__in=sessions).order_by()
    if attended is None:
        learners = Count("pk", filter=Q(role=Attendance.Role.ATTENDEE))
        present = Attendance.objects.confirmed().filter(session__in=sessions).order_by()
        attended = dict(present.values_list("session").annotate(count=learners))
    present = Attendance.objects.confirmed().filter(session=OuterRef("session"), person=OuterRef("person"))
    attendances = {session: count for session, count in attended.items() if session in series_of}
    return Counts(
        series_of=series_of,
        registrations=dict(places.values_list("session").annotate(count=Count("pk"))),
        came=dict(places.filter(Exists(present)).values_list("session").annotate(count=Count("pk"))),
        attendances=attendances,
        known=frozenset(attendances),
        rates=rates_of(sessions, named=False),
    )
