"""Find the header and the rows of people in a file."""

from collections.abc import Sequence
from typing import Any

from echo_portal.lib.tables.child import parse_in_child
from echo_portal.lib.tables.files import open_table
from echo_portal.lib.tables.limits import check_bytes
from echo_portal.lib.tables.refused import RefusedTableError, Row
from registrations.reading.columns import is_known

MAX_BYTES = 4 * 1024 * 1024
MAX_PEOPLE = 5_000
MAX_COLUMNS = 60
MAX_CELL = 500


def read_list(data: bytes) -> dict[str, Any]:
    """Parse the file in a child process with limits of time and memory, and return the values of `read_here`.

    Raises RefusedTableError if the file cannot be used.
    """
    check_bytes(data)
    return parse_in_child("registrations.reading.child", {}, data)


def read_here(data: bytes) -> dict[str, Any]:
    """Return the sheet, the header and the rows of people, each with its number in the file.

    The header is the first row with a known column, else the first row with several cells. Titles above it are skipped.
    """
    table = open_table(data, fits=_score)
    before: list[Row] = []
    header: Row | None = None
    rows: list[Row] = []
    for number, cells in table.rows():
        if not any(cells):
            continue
        if header is not None:
            if len(rows) >= MAX_PEOPLE:
                raise RefusedTableError("too-many-people", row=number, most=MAX_PEOPLE)
            rows.append((number, [cell[:MAX_CELL] for cell in cells]))
        elif any(is_known(cell) for cell in cells):
            header = number, cells
        else:
            before.append((number, cells))
    if header is None:
        several = [position for position, (_number, cells) in enumerate(before) if sum(map(bool, cells)) > 1]
        if not several:
            raise RefusedTableError("no-header")
        header, rows, before = before[several[0]], before[several[0] + 1 :], before[: several[0]]
    if lost := [number for number, cells in before if sum(map(bool, cells)) > 1]:
        raise RefusedTableError("rows-before-header", row=lost[0], header=header[0])
    if len(header[1]) > MAX_COLUMNS:
        raise RefusedTableError("too-many-columns", row=header[0], count=len(header[1]), most=MAX_COLUMNS)
    if len(rows) > MAX_PEOPLE:
        raise RefusedTableError("too-many-people", row=rows[MAX_PEOPLE][0], most=MAX_PEOPLE)
    if not rows:
        raise RefusedTableError("nobody")
    return {
        "sheet": table.sheet,
        "encoding": table.encoding,
        "header_row": header[0],
        "header": [cell[:MAX_CELL] for cell in header[1]],
        "rows": rows,
        "cleaned": sorted(table.cleaned),
    }


def _score(rows: Sequence[Sequence[str]]) -> int:
    """Return a score for rows: the most filled cells in a row, and much more for a row with known headers."""
    return max((sum(map(bool, cells)) + 1000 * sum(is_known(cell) for cell in cells) for cells in rows), default=0)
