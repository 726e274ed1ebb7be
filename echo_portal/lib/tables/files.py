"""Split a CSV file or a workbook into rows of cells, and detect its encoding and separator."""

import codecs
import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from echo_portal.lib.tables.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINE,
    MAX_LINES_OF_RECORD,
    MAX_ROWS,
    check_archive,
    check_bytes,
    is_zip,
)
from echo_portal.lib.tables.refused import RefusedTableError, Row
from echo_portal.lib.text import is_invisible

SEPARATORS = (",", ";", "\t")
SNIFFED_ROWS = 60
_DECLARED = {f"sep={one}": one for one in (",", ";", "\t", "|")}
_AT_THE_EDGES = "\ufeff\u200b\u200e\u200f\u061c"


@dataclass(slots=True)
class Table:
    """A file as rows of cells. `rows()` can be called several times.

    `cleaned` contains the numbers of the rows from which control or invisible characters were removed. `sheet` is the
    name of the workbook's sheet, which is known after the first row; it is "" for a CSV file.
    """

    encoding: str
    separator: str
    open: Callable[["Table"], Iterator[Row]]
    sheet: str = ""
    cleaned: set[int] = field(default_factory=set)

    def rows(self) -> Iterator[Row]:
        """Yield the number and the cells of each row, without surrounding spaces and without blank cells at the end."""
        for count, (number, cells) in enumerate(self.open(self), start=1):
            if count > MAX_ROWS:
                raise RefusedTableError("too-many-rows", row=number, most=MAX_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise RefusedTableError("too-many-columns", row=number, count=len(cells), most=MAX_COLUMNS)
            texts = []
            for cell in cells:
                text, was_changed = _clean(cell)
                texts.append(text)
                if was_changed:
                    self.cleaned.add(number)
            while texts and not texts[-1]:
                texts.pop()
            yield number, texts


def _clean(cell: str) -> tuple[str, bool]:
    """Return the cell's text on one line with ASCII spaces, and whether characters were removed from inside it.

    Control characters and invisible characters are removed. Those invisible ones that programs write at the beginning
    or the end of a cell, such as a byte order mark, do not count.
    """
    if cell.isprintable():  # no character is a control character, invisible, or a space other than the ASCII space
        return unicodedata.normalize("NFC", cell).strip(), False
    cell = cell.strip(_AT_THE_EDGES)
    kept = [one for at, one in enumerate(cell) if not _is_removed(cell, at)]
    spaced = "".join(" " if one.isspace() and one not in "\r\n" else one for one in kept)
    return unicodedata.normalize("NFC", spaced).strip(), len(kept) < len(cell)


def _is_removed(text: str, at: int) -> bool:
    """Return whether a character is a control character or invisible."""
    is_control = unicodedata.category(text[at]) == "Cc" and text[at] not in "\t\r\n"
    return is_control or is_invisible(text, at)


def open_table(data: bytes, *, fits: Callable[[list[list[str]]], int]) -> Table:
    """Return the file as a table. `fits` returns a score for rows, by which the separator of a CSV file is chosen."""
    check_bytes(data)
    if is_zip(data):
        check_archive(data)
        return Table("xlsx", "", lambda table: _workbook_rows(data, table))
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_ROWS:
        raise RefusedTableError("too-many-rows", row=MAX_ROWS + 1, most=MAX_ROWS)
    encoding = _encoding(data)
    separator = _separator(data, encoding, fits)
    return Table(encoding, separator, lambda table: _delimited_rows(data, encoding, separator, table.cleaned))


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise RefusedTableError("encoding")
    if data.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        head = data[:2000]
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if odd > len(head) // 5:
            candidates = ["utf-16-le"]
        elif even > len(head) // 5:
            candidates = ["utf-16-be"]
        else:
            candidates = ["utf-8", "cp1252"]
    for candidate in candidates:
        if _decodes(data, candidate):
            return candidate
    raise RefusedTableError("encoding")


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for at in range(0, len(data), 65536):
            decoder.decode(view[at : at + 65536])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(data: bytes, encoding: str, fits: Callable[[list[list[str]]], int]) -> str:
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as stream:
        declared = _DECLARED.get(stream.readline(MAX_LINE).strip("\r\n\"' ").casefold())
    if declared:
        return declared
    scores: list[tuple[int, int, str]] = []
    refusal: RefusedTableError | None = None
    for preference, separator in enumerate(SEPARATORS):
        rows: list[list[str]] = []
        try:
            for _number, cells in _delimited_rows(data, encoding, separator, set()):
                rows.append(cells)
                if len(rows) >= SNIFFED_ROWS:
                    break
        except RefusedTableError as error:
            # With a wrong separator, quotation marks can be invalid. Only the rows before them are then scored.
            refusal = refusal or error
        if rows:
            scores.append((fits(rows), -preference, separator))
    if not scores:
        raise refusal or RefusedTableError("empty")
    return max(scores)[2]


def _delimited_rows(data: bytes, encoding: str, separator: str, cleaned: set[int]) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    lines = _Lines(data, encoding, cleaned)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        first = lines.number + 1
        lines.of_record = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RefusedTableError(_csv_fault(str(error)), row=first) from None
        if first == 1 and len(cells) <= 2 and lines.declares_separator:
            continue
        yield first, cells


def _csv_fault(text: str) -> str:
    if "field limit" in text:
        return "cell-too-long"
    return "quote-open" if "end of data" in text else "quote-broken"


class _Lines(Iterator[str]):
    """An iterator over the lines of a file that removes NUL characters.

    It counts all lines and the lines of the current row. Raises RefusedTableError if a line or row exceeds the limits.
    """

    def __init__(self, data: bytes, encoding: str, cleaned: set[int]) -> None:
        self.stream = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        self.cleaned = cleaned
        self.number = 0
        self.of_record = 0
        self.declares_separator = False

    def __next__(self) -> str:
        line = self.stream.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.of_record += 1
        if len(line) > MAX_LINE:
            raise RefusedTableError("line-too-long", row=self.number, most=MAX_LINE)
        if self.of_record > MAX_LINES_OF_RECORD:
            raise RefusedTableError("quote-open", row=self.number - self.of_record + 1)
        if "\0" in line:
            self.cleaned.add(self.number)
            line = line.replace("\0", "")
        if self.number == 1:
            self.declares_separator = line.strip("\r\n\"' ").casefold() in _DECLARED
        return line


def _workbook_rows(data: bytes, table: Table) -> Iterator[Row]:
    import openpyxl  # noqa: PLC0415 - only the child process that reads a workbook needs it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = list(book.worksheets)
        for sheet in sheets:
            sheet.reset_dimensions()  # the size that the file declares may be wrong
        filled = [sheet for sheet in sheets if any(any(_text(cell) for cell in row) for row in _first(sheet))]
        if len(filled) > 1:
            raise RefusedTableError("several-sheets", count=len(filled))
        for sheet in filled:
            table.sheet = str(sheet.title)
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if len(row) > MAX_COLUMNS:
                    raise RefusedTableError("too-many-columns", row=number, count=len(row), most=MAX_COLUMNS)
                yield number, [_text(cell) for cell in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError, EOFError,
            IndexError, AttributeError, OverflowError, StopIteration):  # fmt: skip
        # openpyxl raises any of these for a damaged workbook; SyntaxError includes XML's ParseError.
        raise RefusedTableError("damaged-workbook") from None


def _first(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for count, row in enumerate(sheet.iter_rows(values_only=True)):
        if count >= SNIFFED_ROWS:
            return
        yield row


def _text(value: Any) -> str:
    """Return the value of a cell as text. Dates have the ISO format, because it is not ambiguous."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MAX_CELL]
