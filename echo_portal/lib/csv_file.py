"""CSV files for spreadsheets: no cell is a formula, and Excel reads the file as UTF-8 (SAFETY.md F26).

Excel in French expects semicolons between cells, and a comma in decimal numbers.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from echo_portal.lib.dates import is_french

BYTE_ORDER_MARK = "\ufeff"
# = + - @ in every width and position that Unicode has, such as full-width.
FORMULA_STARTS = "=+@-" + "\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
# Spreadsheets in French separate cells with semicolons, so a text with one may become two cells. Quotation marks and
# spaces around a cell are ignored.
_START_OF_FORMULA = re.compile(rf"(^|[,;])(?=[\s\"\ufeff]*[{re.escape(FORMULA_STARTS)}])")


def csv_lines(rows: Iterable[Sequence[object]], language: str) -> Iterator[str]:
    """Return the lines of a CSV file, with a byte order mark before the first one."""
    separator, mark = (";", ",") if is_french(language) else (",", ".")
    yield BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        cells = [_number(value, mark) if isinstance(value, float | Decimal) else safe_cell(value) for value in row]
        csv.writer(line, delimiter=separator).writerow(cells)
        yield line.getvalue()


def _number(value: float | Decimal, mark: str) -> str:
    return str(value).replace(".", mark)


def safe_cell(value: object) -> object:
    """Return a number as it is, and other values as text on one line that no spreadsheet takes for a formula.

    An apostrophe is put before what looks like one at the start of the text or after a comma or semicolon.
    """
    if isinstance(value, int | float | Decimal):
        return value
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one for one in str(value or ""))
    return _START_OF_FORMULA.sub(r"\1'", text)
