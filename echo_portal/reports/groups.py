"""Attendances by attributes of people: counted for each session, rounded, and added (ADR 35)."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, Count, F, Func, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from attendance.models import Attendance
from echo_portal.reports.rounding import SessionCounts, rounded
from sessions.models import Session

RURAL_FSA = r"^[A-Z]0"
RURAL, NOT_RURAL = "rural", "not-rural"
ATTRIBUTES: dict[str, Combinable] = {
    "profession": F("person__profession"),
    "province": F("person__province"),
    "rural": Case(
        When(person__forward_sortation_area="", then=Value("")),
        When(person__forward_sortation_area__regex=RURAL_FSA, then=Value(RURAL)),
        default=Value(NOT_RURAL),
    ),
}
SETTINGS = "settings"


@dataclasses.dataclass(frozen=True)
class Groups:
    """The rounded counts of sessions: by attribute, session and group."""

    of_sessions: dict[str, dict[int, dict[str, int]]]

    def counts(self, attribute: str, sessions: Collection[int]) -> dict[str, int]:
        """Return the sum over the sessions by group; groups without a count are left out."""
        found: dict[str, int] = {}
        for session, groups in self.of_sessions[attribute].items():
            if session in sessions:
                for group, count in groups.items():
                    found[group] = found.get(group, 0) + count
        return found


def load_groups(hubs: frozenset[int] | None, first: dt.date, last: dt.date) -> Groups:
    """Return the groups of the sessions that these hubs (None: all) hold from one day to the other; five queries.

    The sessions of a hub and a year are rounded one after the other, from 1 January on. So the counts of a session do
    not depend on what is chosen, nor on later sessions.
    """
    held = Session.objects.public().held(timezone.now()).filter(on_date__range=(first.replace(month=1, day=1), last))
    if hubs is not None:
        held = held.filter(series__hub__in=hubs)
    in_order: dict[tuple[int, str], list[int]] = {}
    for hub, day, session in held.order_by("on_date", "pk").values_list("series__hub", "on_date", "pk"):
        in_order.setdefault((hub, str(day)[:4]), []).append(session)
    present = Attendance.objects.confirmed().learners().filter(session__in=held)
    counts = {name: _by_session(present, group) for name, group in ATTRIBUTES.items()}
    attended = {session: sum(groups.values()) for session, groups in counts["profession"].items()}
    counts[SETTINGS] = _by_session(present, Func(F("person__practice_settings"), function="unnest"))
    return Groups(
        {
            name: {
                session: groups
                for sessions in in_order.values()
                for session, groups in rounded(_rows(sessions, attended, by_session), overlap=name == SETTINGS).items()
            }
            for name, by_session in counts.items()
        }
    )


def _by_session(present: Any, group: Combinable) -> dict[int, dict[str, int]]:
    rows = present.order_by().annotate(group=group).values_list("session", "group").annotate(count=Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for session, code, count in rows:
        found.setdefault(session, {})[code] = count
    return found


def _rows(sessions: list[int], attended: dict[int, int], counts: dict[int, dict[str, int]]) -> Iterator[SessionCounts]:
    """Yield the counts of each session. People whose group is not known are in no group."""
    for session in sessions:
        if session in attended:
            groups = {code: count for code, count in counts.get(session, {}).items() if code}
            yield SessionCounts(session, attended[session], groups)
