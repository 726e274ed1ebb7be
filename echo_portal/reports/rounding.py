"""Round counts of people by an attribute (ADR 35).

Only counts of single sessions are rounded. Everything that is displayed is a sum of them, so that subtracting displayed
figures reveals nothing more. For all rounded counts, there are possible sessions of the same sizes which have exactly
these rounded counts although none of their groups has one to four people. Nobody can therefore conclude from any number
of figures that a group is so small.
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
    """Return the rounded counts of each session by group. Counts of zero are left out.

    What rounding removes from a session is added to the next session. The sum over consecutive sessions, beginning with
    the first one, therefore differs from the exact sum by at most three, unless sessions are so small that people are
    counted only in a later, larger session. Set `overlap` if a person can be in several groups.
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
