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
        room, shown = row.attended, []
        for most, group in sorted((-count, group) for group, count in waiting.items() if count >= STEP):
            carried = supposed.get(group, START)
            count = min(-most, room + carried) // STEP * STEP
            # The smallest group of five people or more for which this count is displayed.
            least = max(STEP, count - carried)
            if count and least <= room:
                shown.append((group, count, carried, least))
                waiting[group] -= count
                room -= 0 if overlap else least
        for group, count, carried, least in sorted(shown):
            size = min(count - carried + STEP - 1, room if overlap else least + room)
            room -= 0 if overlap else size - least
            supposed[group] = carried + size - count
        if shown:
            found[row.session] = {group: count for group, count, _carried, _least in shown}
    return found
