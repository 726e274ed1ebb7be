"""XLSX files. Texts are never formulas, and the first row remains visible when scrolling (SAFETY.md F26)."""

import dataclasses
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from echo_portal.lib.csv_file import with_line_feeds

LONGEST_TEXT = 32_767  # characters that a cell can have
WIDTH, WIDEST = 12, 60  # of columns, in characters
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclasses.dataclass(frozen=True)
class Formats:
    bold: Format
    day: Format
    lines: Format


def xlsx_file(
    rows: Iterable[Sequence[object]], *, sheet: str, codebook: Iterable[Sequence[str]] = (), codebook_sheet: str = ""
) -> bytes:
    """Return a workbook with the rows, of which the first is the header, and a second sheet that explains the columns.

    Numbers and dates keep their type. Line breaks become LF, and their cells are wrapped. Texts that are too long for a
    cell are truncated.
    """
    target = io.BytesIO()
    with Workbook(target, OPTIONS) as workbook:
        formats = Formats(
            bold=workbook.add_format({"bold": True}),
            day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
            lines=workbook.add_format({"text_wrap": True}),
        )
        _fill(workbook.add_worksheet(sheet[:31]), rows, formats)
        if explained := list(codebook):
            _fill(workbook.add_worksheet(codebook_sheet[:31]), explained, formats)
    return target.getvalue()


def _fill(page: Worksheet, rows: Iterable[Sequence[object]], formats: Formats) -> None:
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        if number == 0:
            for column, name in enumerate(row):
                page.set_column(column, column, min(max(len(str(name)) + 2, WIDTH), WIDEST))
        for column, value in enumerate(row):
            match value:
                case None:
                    continue
                case bool():
                    page.write_string(number, column, str(value))
                case int() | float() | Decimal():
                    page.write_number(number, column, float(value) if isinstance(value, Decimal) else value)
                case dt.date():
                    page.write_datetime(number, column, dt.datetime.combine(value, dt.time()), formats.day)
                case _:
                    text = with_line_feeds(str(value))[:LONGEST_TEXT]
                    wrapped = formats.lines if "\n" in text else None
                    page.write_string(number, column, text, formats.bold if number == 0 else wrapped)
