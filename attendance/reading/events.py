"""Combine events into stays, for layouts with one row each time that somebody joins or leaves.

These layouts are Teams T-1 and the log of a Teams live event.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from attendance.reading.values import LeftOut, ParticipantRow

JOINED = frozenset({"joined", "joined before", "join"})
LEFT = frozenset({"left", "leave"})


@dataclass(frozen=True, slots=True)
class Event:
    """One row of such a log. `who` is the ID of the connection if the log contains one, else the name."""

    row: ParticipantRow
    who: str
    action: str
    moment: str
    is_utc: bool


def paired(events: Iterable[Event], left_out: list[LeftOut]) -> Iterator[ParticipantRow]:
    """Yield a row for each event of joining and the following event of leaving by the same connection.

    The events of a connection must be sorted by time. Events that are not part of a pair are appended to `left_out`.
    """
    inside: dict[str, Event] = {}
    for event in events:
        if event.action in JOINED:
            if event.who in inside:
                left_out.append(_refused(inside[event.who], "joined-twice"))
            inside[event.who] = event
        elif event.action in LEFT:
            joined = inside.pop(event.who, None)
            if joined is None:
                left_out.append(_refused(event, "left-without-joining"))
            else:
                yield replace(joined.row, join=joined.moment, leave=event.moment, duration="", is_utc=event.is_utc)
        else:
            left_out.append(_refused(event, "unknown-action", action=event.action[:60]))
    left_out += [_refused(event, "joined-without-leaving") for event in inside.values()]


def _refused(event: Event, code: str, **facts: str) -> LeftOut:
    return LeftOut(event.row.row, event.row.name, "refused", code, dict(facts), event.row.email)
