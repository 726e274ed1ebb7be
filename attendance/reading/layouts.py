"""Find the rows of participants in a table of cells, using the blocks, sections and headers of each layout."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from attendance.reading.events import Event
from attendance.reading.headers import (
    TEAMS_SECTION,
    TEAMS_SUMMARY,
    WEBINAR_SECTIONS,
    WEBINAR_TITLE,
    Header,
    meeting_columns,
    normal,
    other_report,
    participant_header,
)
from attendance.reading.moments import parse_moment
from attendance.reading.values import LeftOut, Meeting, ParticipantRow
from echo_portal.lib.tables.refused import RefusedTableError, Row

SHOWN_COLUMNS = 40  # columns of an unknown header that are displayed
KEPT_UNREAD = 400
_TIME = re.compile(r"\d:\d\d")


def score_of(columns: dict[str, str]) -> Callable[[Sequence[Sequence[str]]], int]:
    """Return a function that returns a score for a table: how likely it is to be the list of participants.

    The score is the largest number of filled cells in a row, plus 1000 for a row that is a known header.
    """

    def score(rows: Sequence[Sequence[str]]) -> int:
        best = 0
        for cells in rows:
            filled = sum(1 for cell in cells if cell)
            known = filled > 1 and (
                participant_header(cells, webinar=False, teams=False, columns=columns) is not None
                or participant_header(cells, webinar=True, teams=False, columns={}) is not None
                or bool(other_report(cells))
            )
            best = max(best, filled + (1000 if known else 0))
        return best

    return score


class Walk:
    """The parser of one file's rows. Its attributes are complete once `participants` has yielded all rows."""

    def __init__(self, columns: dict[str, str]) -> None:
        self.layouts: list[str] = []
        self.left_out: list[LeftOut] = []
        self.summaries: list[ParticipantRow] = []  # Teams: first join and last leave of each person
        self.events: list[Event] = []
        self._columns = columns
        self._header: Header | None = None
        self._block: dict[str, int] | None = None
        self._had_block = False
        self._meeting = Meeting()
        self._webinar = ""
        self._role = "attendee"
        self._teams_section = ""
        self._header_is_due = False
        self._blank: list[int] = []
        self._unread: list[Row] = []

    def participants(self, rows: Iterable[Row]) -> Iterator[ParticipantRow]:
        """Yield the rows of participants that have a join time and a leave time.

        Raises RefusedTableError if the header is unknown or belongs to another kind of report.
        """
        for number, cells in rows:
            if not any(cells):
                self._blank.append(number)
            elif self._is_frame(number, cells):
                self._blank.clear()
            elif self._header is not None:
                self._drop_blank_rows()
                yield from self._participant(self._header, number, cells)
            elif len(self._unread) < KEPT_UNREAD:
                self._unread.append((number, cells))
        if not self.layouts:
            raise RefusedTableError("unknown-header", found=_found_header(self._unread))
        if self._header is not None:
            self._drop_blank_rows()

    def _drop_blank_rows(self) -> None:
        self.left_out += [LeftOut(row, "", "dropped", "blank") for row in self._blank]
        self._blank.clear()

    def _is_frame(self, number: int, cells: list[str]) -> bool:
        """Return whether the row is a title, a header or a description of the meeting. If so, save its values."""
        if self._block is not None:
            self._meeting, self._block = _meeting_of(self._block, cells), None
            return True
        if self._is_title(cells):
            return True
        if not self._header_is_due and _TIME.search(" ".join(cells)):
            return False  # headers contain no time, but most rows of a long report do
        header = participant_header(
            cells, webinar=bool(self._webinar), teams=bool(self._teams_section), columns=self._columns
        )
        if header is not None:
            self._begin(header, number)
            return True
        if self._header_is_due:
            raise RefusedTableError("unknown-header", found=cells[:SHOWN_COLUMNS], row=number)
        if (block := meeting_columns(cells)) is not None:
            self._block, self._had_block, self._header = block, True, None
            return True
        if self._header is None and (kind := other_report(cells)):
            raise RefusedTableError("other-report", kind=kind)
        return False

    def _is_title(self, cells: list[str]) -> bool:
        is_alone = not any(cells[1:])
        if not is_alone and not self._webinar:
            return False
        first = normal(cells[0])
        if self._webinar and first in ("report generated", "report generated time"):
            self._webinar = "Z-W1" if first == "report generated" else "Z-W2"
            return True
        if not is_alone:
            return False
        if first == WEBINAR_TITLE:
            self._webinar = "Z-W1"
        elif first in WEBINAR_SECTIONS:
            self._webinar, self._role = self._webinar or "Z-W1", WEBINAR_SECTIONS[first]
            self._header, self._header_is_due = None, True
        elif first == TEAMS_SUMMARY or TEAMS_SECTION.match(cells[0]):
            self._teams_section = "1" if first == TEAMS_SUMMARY else cells[0][0]
            self._header, self._header_is_due = None, self._teams_section in ("2", "3")
        else:
            return False
        return True

    def _begin(self, header: Header, number: int) -> None:
        lost = [row for row, cells in self._unread if sum(parse_moment(cell) is not None for cell in cells) > 1]
        if lost and self._teams_section != "1":
            raise RefusedTableError("rows-before-header", row=lost[0], header=number)
        self._header, self._header_is_due = header, False
        layout = header.layout
        if layout == "Z-W":
            layout = self._webinar
        elif self._had_block and layout in ("Z-M1", "Z-M1g", "Z-M2", "Z-M2b"):
            layout = "Z-M3"
        elif layout == "T-3s":
            layout = "T-3"
        if layout not in self.layouts:
            self.layouts.append(layout)

    def _participant(self, header: Header, number: int, cells: list[str]) -> Iterator[ParticipantRow]:
        name = header.cell(cells, "name")
        if not header.has_free_columns and len(cells) > header.width:
            self.left_out.append(LeftOut(number, name, "refused", "more-cells", {"most": header.width}))
            return
        if len(name.splitlines()) > 1:
            self.left_out.append(LeftOut(number, " ".join(name.split()), "refused", "line-break"))
            return
        row = ParticipantRow(
            row=number,
            name=name,
            email=header.cell(cells, "email"),
            registrant=header.cell(cells, "registrant"),
            join=header.cell(cells, "join", "first-join"),
            leave=header.cell(cells, "leave", "last-leave"),
            duration=header.cell(cells, "duration", "stay", "total"),
            waiting=header.cell(cells, "waiting"),
            attended=header.cell(cells, "attended") if header.has("attended") else "yes",
            role=_role(header.cell(cells, "role"), self._role),
            meeting=_meeting_of(header.meeting_at, cells) if header.meeting_at else self._meeting,
        )
        if header.layout == "T-3s":
            self.summaries.append(row)
        elif header.has("action"):
            self.events.append(
                Event(
                    row=row,
                    who=header.cell(cells, "connection") or name,
                    action=normal(header.cell(cells, "action")),
                    moment=header.cell(cells, "moment", "moment-utc"),
                    is_utc=header.has("moment-utc"),
                )
            )
        elif header.has("join"):
            yield row
        else:
            self.left_out.append(_without_times(row))


def _without_times(row: ParticipantRow) -> LeftOut:
    """Return a `LeftOut` for a row without join and leave times.

    If the row has a duration, a coordinator must decide about it, because it is unknown how much was inside the
    session.
    """
    minutes = int(row.duration) if row.duration.isascii() and row.duration.isdigit() and len(row.duration) < 5 else None
    if minutes is None:
        return LeftOut(row.row, row.name, "refused", "no-times", email=row.email)
    return LeftOut(row.row, row.name, "unmatched", "total-only", {"minutes": minutes}, row.email, minutes)


def _meeting_of(at: dict[str, int], cells: Sequence[str]) -> Meeting:
    def cell(name: str) -> str:
        return cells[at[name]] if at.get(name, len(cells)) < len(cells) else ""

    number = "".join(character for character in cell("id") if not character.isspace() and character != "-")
    return Meeting(key=number or cell("topic"), topic=cell("topic"), host=cell("host").casefold())


def _role(written: str, section: str) -> str:
    """Return "host", "panelist" or "attendee": the role in a Teams column, or else that of the webinar's section."""
    return {"organizer": "host", "organiser": "host", "presenter": "panelist"}.get(normal(written), section)


def _found_header(unread: Sequence[Row]) -> list[str]:
    """Return the row that is most likely the header: the one above the longest sequence of rows that contain dates."""
    best, best_run, fallback = 0, 0, 0
    run, start = 0, 0
    for position, (_number, cells) in enumerate(unread):
        if any(parse_moment(cell) is not None for cell in cells):
            start = position if run == 0 else start
            run += 1
            if start and run >= best_run:
                best, best_run = start - 1, run
        else:
            run = 0
            if not fallback and sum(1 for cell in cells if cell) > 2:
                fallback = position
    if not unread:
        return []
    return unread[best if best_run else fallback][1][:SHOWN_COLUMNS]
