"""The values that the parser uses and returns."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in the report. `key` identifies it within the file: the ID without spaces, else the topic.

    `host` is the cell with the host's address.
    """

    key: str = ""
    topic: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """The unchanged cells of the row of a participant."""

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
    """One continuous stay, in Unix time. `email` is "" if the report contains no address."""

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
    """A row without a stay.

    `outcome` is "dropped", "refused" (it cannot be parsed) or "unmatched" (a person has to decide).
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
    """A parsed report: the stays in one session, and the other rows."""

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
    """The arguments of the parser: the time zone of the report, and the start and end of the session in Unix time.

    `meeting` is the key of the meeting to use if the file contains several. `columns` are the roles of normalized
    headers that were mapped by hand.
    """

    zone: str
    start: int
    end: int
    meeting: str = ""
    columns: dict[str, str] = field(default_factory=dict)
