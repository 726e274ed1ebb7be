"""Tables whose cells are separated by commas, semicolons or vertical bars, as in a CSV file."""

import csv
from collections.abc import Sequence

from sessions.schedule_text.dates import find_dates
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.tables import heading_roles

DELIMITERS = ",;|"
# The most lines that a quoted cell may have.
LONGEST_CELL = 10


def with_tabs(lines: Sequence[str]) -> list[str]:
    """Return the lines, with tabs between the cells of such tables. The lines keep their numbers.

    A table starts with column headings. Without them, it has at least two lines with as many cells, at least three, and
    a date in each; in a table with commas, no cell starts with a space there, because commas are part of dates.
    """
    found = list(lines)
    delimiter, width = "", 0
    at = 0
    while at < len(found):
        line = found[at]
        if heading := _heading(line):
            delimiter, width = heading
            found[at] = _tabbed(cells_between(line, delimiter))
        elif delimiter and line.strip():
            _join_lines_of_cell(found, at, delimiter)
            cells = cells_between(found[at], delimiter)
            if len(cells) == width or (len(cells) > 1 and _is_tight(cells[:2], delimiter)):
                found[at] = _tabbed(cells)
        elif run := _run(found, at):
            found[at : at + len(run)] = run
            at += len(run) - 1
        at += 1
    return found


def cells_between(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line, without the quotation marks around them. A doubled quotation mark is one."""
    if delimiter == "|":
        line = line.strip().strip("|")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _heading(line: str) -> tuple[str, int] | None:
    """Return the delimiter and the number of cells of a line of column headings, or None."""
    if "\t" in line:
        return None
    for delimiter in DELIMITERS:
        cells = cells_between(line, delimiter) if delimiter in line else []
        if heading_roles([cell.strip() for cell in cells]):
            return delimiter, len(cells)
    return None


def _run(lines: Sequence[str], at: int) -> list[str]:
    """Return the lines of a table without headings that starts here, with tabs, or an empty list."""
    for delimiter in ",;":
        rows: list[list[str]] = []
        for line in lines[at:]:
            cells = cells_between(line, delimiter) if delimiter in line and "\t" not in line else []
            dated = any(find_dates(plain(cell), day_first=False) for cell in cells)
            if len(cells) < 3 or (rows and len(cells) != len(rows[0])) or not dated or not _is_tight(cells, delimiter):
                break
            rows.append(cells)
        if len(rows) > 1:
            return [_tabbed(cells) for cells in rows]
    return []


def _is_tight(cells: Sequence[str], delimiter: str) -> bool:
    return delimiter != "," or not any(cell[:1].isspace() for cell in cells)


def _join_lines_of_cell(lines: list[str], at: int, delimiter: str) -> None:
    """Move the further lines of a quoted cell to the line on which it starts, and leave them empty."""
    joined = lines[at]
    for end in range(at + 1, min(at + LONGEST_CELL, len(lines))):
        if joined.count('"') % 2 == 0 or delimiter not in joined:
            break
        joined += f" {lines[end].strip()}"
        if joined.count('"') % 2 == 0:
            lines[at : end + 1] = [joined, *[""] * (end - at)]
            break


def _tabbed(cells: Sequence[str]) -> str:
    return "\t".join(cell.replace("\t", " ") for cell in cells)
