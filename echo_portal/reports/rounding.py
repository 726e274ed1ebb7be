"""Rounding of counts of people by an attribute (ADR 35).

Only sessions have rounded counts. All that is displayed is a sum of them, so that subtracting what is displayed gives
nothing else. For all rounded counts there are sessions of the same sizes, without a group of one to four people, that
have just these rounded counts. So nobody can conclude from any number of figures that a group is so small.
"""

import dataclasses
from collections.abc import Iterable, Mapping

STEP = 5
# As many of a group wait at the end on average, because small groups wait for a session with room for them.
START = 3


@dataclasses.dataclass(frozen=True)
class SessionCounts:
    """How many people attended a session, and how many of them are in each group."""

    session: int
    attended: int
    groups: Mapping[str, int]


def rounded(sessions: Iterable[SessionCounts], *, overlap: bool = False) -> dict[int, dict[str, int]]:
    """Return the rounded counts of each session by group; counts of zero are left out.

    What rounding leaves out of a session is added to the next one. So the sum of consecutive sessions, from the first
    one on, differs from the count by three at most, unless the sessions are so small that people wait for a larger one.
    Groups can `overlap` if a person can be in several.
    """
    waiting: dict[str, int] = {}
    # The same for the sessions without small groups that would be displayed in the same way.
    supposed: dict[str, int] = {}
    found: dict[int, dict[str, int]] = {}
    for row in sessions:
        for group, count in row.groups.items():
            waiting[group] = waiting.get(group, START) + count
        room, shown = row.attended, {}
        for group in sorted((one for one in waiting if waiting[one] >= STEP), key=lambda one: (-waiting[one], one)):
            carried = supposed.get(group, START)
            count = min(waiting[group], room + carried) // STEP * STEP
            if count and (least := _least(count, carried)) <= room:
                shown[group] = count
                waiting[group] -= count
                room -= 0 if overlap else least
        for group, count in sorted(shown.items()):
            carried = supposed.get(group, START)
            least, most = _least(count, carried), count - carried + STEP - 1
            size = min(most, least + room) if not overlap else min(most, room)
            room -= 0 if overlap else size - least
            supposed[group] = carried + size - count
        if shown:
            found[row.session] = shown
    return found


def _least(count: int, carried: int) -> int:
    """Return the smallest group of five people or more for which this count is displayed."""
    return max(STEP, count - carried)
