"""The headers of DOMAIN.md 2.1 to 2.4 with the role of each column, and the headers of reports of other kinds."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal[
    "name", "email", "registrant", "join", "leave", "duration", "total", "waiting", "attended", "role",
    "first-join", "last-leave", "stay", "action", "moment", "moment-utc", "connection", "ignored",
]  # fmt: skip
MAPPABLE = ("name", "email", "registrant", "join", "leave", "duration", "waiting", "ignored")

KNOWN: dict[str, Role] = {
    "name (original name)": "name",
    "user name (original name)": "name",
    "name": "name",
    "user name": "name",
    "full name": "name",
    "user email": "email",
    "email": "email",
    "e-mail": "email",
    "registrant id": "registrant",
    "join time": "join",
    "leave time": "leave",
    "duration (minutes)": "duration",
    "duration": "duration",
    "time in session (minutes)": "duration",
    "total duration (minutes)": "total",
    "in waiting room": "waiting",
    "attended": "attended",
    "role": "role",
    "first join": "first-join",
    "first join time": "first-join",
    "last leave": "last-leave",
    "last leave time": "last-leave",
    "in-meeting duration": "stay",
    "user action": "action",
    "action": "action",
    "timestamp": "moment",
    "utc event timestamp": "moment-utc",
    "session id": "connection",
    "participant id": "email",  # the live event log has an address or an opaque number here
    "participant id (upn)": "ignored",
    "guest": "ignored",
    "is guest": "ignored",
    "recording consent": "ignored",
    "recording disclaimer response": "ignored",
    "marketing opt in": "ignored",
    "country/region name": "ignored",
    "country/region": "ignored",
    "useragent": "ignored",
    "first name": "ignored",
    "last name": "ignored",
    "phone": "ignored",
    "registration time": "ignored",
    "approval status": "ignored",
    "source name": "ignored",
    "registration first name": "ignored",
    "registration last name": "ignored",
    "registration email": "ignored",
    "registration status": "ignored",
}
ENGAGEMENT = "engagement:"
ANCHORS = (
    "name (original name)",
    "name (original names)",
)  # the first column about a participant in a flattened report

TITLES_OF_OTHERS = {
    "registration report": "registration",
    "registrant report": "registration",
    "poll report": "poll",
    "polls report": "poll",
    "q&a report": "questions",
    "q & a report": "questions",
    "survey report": "survey",
    "performance report": "performance",
    "source report": "registration",
}
WEBINAR_TITLE = "attendee report"
WEBINAR_SECTIONS = {
    "host details": "host",
    "panelist details": "panelist",
    "panellist details": "panelist",
    "attendee details": "attendee",
    "other attended": "attendee",
}
TEAMS_SECTION = re.compile(r"^([1-9])\. ?\D")
TEAMS_SUMMARY = "meeting summary"

_SPACES = re.compile(r"\s+")


@functools.lru_cache(maxsize=5_000)
def normal(cell: str) -> str:
    """Return the header in lower case, in normal width, with single spaces and without a colon at the end."""
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return _SPACES.sub(" ", folded).strip().rstrip(":").strip()


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a list of participants: the position of each role, the number of columns, and the layout."""

    layout: str
    at: dict[str, int]
    width: int
    has_free_columns: bool = False
    meeting_at: dict[str, int] | None = None

    def cell(self, cells: Sequence[str], *roles: Role) -> str:
        """Return the cell for the first of these roles that the header contains."""
        for role in roles:
            if role in self.at:
                return cells[self.at[role]] if self.at[role] < len(cells) else ""
        return ""

    def has(self, *roles: Role) -> bool:
        return self.at.keys() >= {*roles}


def other_report(cells: Sequence[str]) -> str:
    """Return the name of another kind of report, or "" if the row is not the title or header of one."""
    names = [normal(cell) for cell in cells]
    filled = [name for name in names if name]
    if len(filled) == 1:
        return TITLES_OF_OTHERS.get(filled[0], "")
    columns = set(filled)
    if columns & {"join time", "first join", "user action", "timestamp", "utc event timestamp"}:
        return ""
    if any(name.startswith(("submitted date/time", "submitted time")) for name in filled):
        return "poll"
    if {"registration time", "approval status"} & columns and {"email", "first name"} & columns:
        return "registration"
    if "question" in columns and any(name.startswith(("answer", "asker")) for name in filled):
        return "questions"
    return ""


def meeting_columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Return the positions of the columns that describe the meeting, or None if the row is not their header."""
    names = [normal(cell) for cell in cells]
    if "topic" not in names or not {"meeting id", "id", "webinar id"} & set(names):
        return None
    return _meeting_at(names)


def _meeting_at(names: Sequence[str]) -> dict[str, int]:
    at: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in ("meeting id", "id", "webinar id"):
            at.setdefault("id", position)
        elif name in ("host", "user email", "host email"):
            at["host"] = position
        elif name == "topic":
            at.setdefault("topic", position)
    return at


def participant_header(cells: Sequence[str], *, webinar: bool, teams: bool, columns: dict[str, str]) -> Header | None:
    """Return the header if the row is a header of participants with all required columns, and None otherwise."""
    names = [normal(cell) for cell in cells]
    if columns and (mapped := _mapped(names, columns)):
        return mapped
    if webinar:
        return _webinar(names)
    anchor = next((position for position, name in enumerate(names) if name in ANCHORS), 0)
    meeting = _meeting_at(names[:anchor]) if "topic" in names[:anchor] else None
    offset = anchor if meeting is not None else 0
    at = _positions(names[offset:], offset)
    if at is None:
        return None
    layout = _layout(set(names[offset:]), at, teams=teams)
    if layout and meeting is not None:
        layout = "Z-M7" if {"start time", "creation time"} & set(names[:anchor]) else "Z-M9"
    return Header(layout, at, len(names), meeting_at=meeting) if layout else None


def _positions(names: Sequence[str], offset: int) -> dict[str, int] | None:
    """Return the position of each role, or None if a column is unknown or two columns have the same role."""
    at: dict[str, int] = {}
    for position, name in enumerate(names, start=offset):
        if not name or name.startswith(ENGAGEMENT):
            continue
        role = KNOWN.get(name)
        if role is None or (role != "ignored" and role in at):
            return None
        at.setdefault(role, position)
    return at


def _layout(names: set[str], at: dict[str, int], *, teams: bool) -> str:
    roles = set(at)
    if "name" not in roles or "attended" in roles:
        return ""
    if {"first-join", "last-leave", "stay"} <= roles:
        return "T-3s"
    if {"action", "moment-utc", "connection"} <= roles:
        return "T-4"
    if {"action", "moment"} <= roles:
        return "T-1"
    if "email" not in roles:
        return ""
    if {"join", "leave", "role"} <= roles:
        return "T-2" if "full name" in names else "T-3"
    if "join" in roles and "leave" in roles:
        return "" if teams else _zoom_timed(names)
    if "join" in roles or "leave" in roles:
        return ""
    if "total" in roles:
        return "Z-M4" if "user email" in names else "Z-M6"
    return "Z-M2b" if "duration" in roles and "user email" in names else ""


def _zoom_timed(names: set[str]) -> str:
    if "user email" not in names:
        return "Z-M5"
    if "in waiting room" in names:
        return "Z-M2c"
    if names & {"recording consent", "recording disclaimer response"}:
        return "Z-M2"
    return "Z-M1g" if "guest" in names else "Z-M1"


def _webinar(names: Sequence[str]) -> Header | None:
    """Return the header of a section in a webinar's report, or None if the row is not one.

    Columns after "Is Guest" contain answers from the registration form.
    """
    fixed = names[: names.index("is guest") + 1] if "is guest" in names else names
    at = _positions(fixed, 0)
    if at is None or not {"name", "join", "leave"} <= set(at):
        return None
    if "attended" not in at and "email" in at:
        return None
    return Header("Z-W", at, len(names), has_free_columns=True)


def _mapped(names: Sequence[str], columns: dict[str, str]) -> Header | None:
    """Return the header if a coordinator mapped exactly these columns by hand, else None."""
    filled = [name for name in names if name]
    if not filled or any(name not in columns for name in filled):
        return None
    at: dict[str, int] = {}
    for position, name in enumerate(names):
        if name and columns[name] in get_args(Role):
            at.setdefault(columns[name], position)
    return Header("mapped", at, len(names)) if {"name", "join", "leave"} <= set(at) else None
