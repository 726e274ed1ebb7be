"""The data classes that the parser uses and returns."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in a report. `key` identifies it within the file: its ID without spaces or, without an ID, its topic.

    `host` is the content of the cell with the host's address.
    """

    key: str = ""
    topic: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """The cells of a participant's row, unchanged."""

    row: int
    name: str
    email: str = ""
    registrant: str = ""
    join: str = ""
    leave: str = ""
    duration: str = ""
    waiting: str = ""
    attended: str = "yes"
    role: str = "attendee"
    meeting: Meeting = Meeting()
    is_utc: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """A continuous stay, with its times as Unix time. `email` is "" if the report contains no address."""

    row: int
    name: str
    email: str
    registrant: str
    role: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Return the key of the person: the registrant ID, else the address, never the name (DOMAIN.md A-1)."""
        if self.registrant:
            return f"registrant:{self.registrant}"
        return f"email:{self.email}" if self.email else ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that does not become a stay.

    `outcome` is "dropped", "refused" (the row cannot be parsed) or "unmatched" (a coordinator must decide).
    """

    row: int
    name: str
    outcome: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    email: str = ""
    minutes: int | None = None


@dataclass(slots=True)
class Reading:
    """A parsed report: the stays in one session, and the rows that were left out."""

    layout: str = ""
    encoding: str = ""
    separator: str = ""
    date_shape: str = ""
    meeting: Meeting = Meeting()
    first: int | None = None
    last: int | None = None
    stays: list[Stay] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of the parser: the time zone of the report, and the start and end of the session as Unix time.

    `meeting` is the key of the meeting to use if the file contains several. `columns` maps normalized headers to the
    roles that a coordinator assigned by hand.
    """

    zone: str
    start: int
    end: int
    meeting: str = ""
    columns: dict[str, str] = field(default_factory=dict)
