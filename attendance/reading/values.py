"""The values that reading a report passes on, and the refusal of a whole file."""

from dataclasses import dataclass, field
from typing import Any

Row = tuple[int, list[str]]  # the number of the row in the file, and its cells


class RefusedReportError(Exception):
    """The file cannot be used. `code` and `facts` are what `attendance.sentences` writes as a sentence.

    `found` is the row that was read as the header, for a person who maps its columns by hand.
    """

    def __init__(self, code: str, *, found: list[str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.found = found or []
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that the report names. `key` tells meetings of one file apart: the ID without spaces, else the topic.

    `host` is the cell that holds the host's address.
    """

    key: str = ""
    topic: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """The cells of one participant row, as written."""

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
    """One continuous stay, in seconds since 1970 (UTC). `email` is "" unless the report gives an address."""

    row: int
    name: str
    email: str
    registrant: str
    role: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Return what identifies the person: the registrant id, else the address; never the name (A-1)."""
        if self.registrant:
            return f"registrant:{self.registrant}"
        return f"email:{self.email}" if self.email else ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that gave no stay. `outcome` is dropped, refused (it could not be read) or unmatched (a person decides)."""

    row: int
    name: str
    outcome: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    email: str = ""
    minutes: int | None = None


@dataclass(slots=True)
class Reading:
    """What a report says about one session."""

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
    """What the reader is asked: the exporter's zone, the session's window (UTC seconds), and earlier decisions.

    `meeting` is the key of the meeting to read when the file has several. `columns` maps normalised headers to roles,
    for headers that were mapped by hand.
    """

    zone: str
    start: int
    end: int
    meeting: str = ""
    columns: dict[str, str] = field(default_factory=dict)
