"""XLSX files. Texts are never formulas, and the first row remains visible when scrolling (SAFETY.md F26)."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767  # characters that a cell can have
WIDTH, WIDEST = 12, 60  # of columns, in characters
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_file(
    rows: Iterable[Sequence[object]], *, sheet: str, codebook: Iterable[Sequence[str]] = (), codebook_sheet: str = ""
) -> bytes:
    """Return a workbook with the rows, of which the first is the header, and a second sheet that explains the columns.

    Numbers and dates keep their type. Texts that are too long for a cell are truncated.
    """
    target = io.BytesIO()
    with Workbook(target, OPTIONS) as workbook:
        bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        _fill(workbook.add_worksheet(sheet[:31]), rows, bold, day)
        if explained := list(codebook):
            _fill(workbook.add_worksheet(codebook_sheet[:31]), explained, bold, day)
    return target.getvalue()


def _fill(page: Worksheet, rows: Iterable[Sequence[object]], bold: object, day: object) -> None:
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
                    page.write_datetime(number, column, dt.datetime.combine(value, dt.time()), day)
                case _:
                    page.write_string(number, column, str(value)[:LONGEST_TEXT], bold if number == 0 else None)
