"""CSV files for spreadsheets. No cell is a formula, and Excel recognizes the encoding as UTF-8 (SAFETY.md F26).

In French, cells are separated by semicolons and decimal numbers have a comma, as Excel expects.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from echo_portal.lib.dates import is_french

BYTE_ORDER_MARK = "\ufeff"
# The characters = + - @ and their variants in Unicode, such as full-width and superscript ones.
FORMULA_STARTS = "=+@-" + "\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
# Spreadsheets in French separate cells with semicolons, so a text with one may become two cells, as may one with a tab
# or a line break. Quotation marks and spaces around a cell are ignored.
_START_OF_FORMULA = re.compile(rf"(^|[,;\t\n])(?=[\s\"\ufeff]*[{re.escape(FORMULA_STARTS)}])")


def csv_lines(rows: Iterable[Sequence[object]], language: str) -> Iterator[str]:
    """Yield the lines of a CSV file, with a byte order mark before the first one."""
    separator, mark = (";", ",") if is_french(language) else (",", ".")
    yield BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        cells = [_number(value, mark) if isinstance(value, float | Decimal) else safe_cell(value) for value in row]
        # The csv module does not quote tabs.
        has_tab = any("\t" in str(cell) for cell in cells)
        writer = csv.writer(line, delimiter=separator, quoting=csv.QUOTE_ALL if has_tab else csv.QUOTE_MINIMAL)
        writer.writerow(cells)
        yield line.getvalue()


def _number(value: float | Decimal, mark: str) -> str:
    return str(value).replace(".", mark)


def safe_cell(value: object) -> object:
    """Return a number unchanged, and other values as text that spreadsheets do not treat as a formula.

    An apostrophe is inserted before the start of a formula, at the beginning of the text or after a comma, semicolon,
    tab or line break. Line breaks of all kinds become LF, tabs are kept, and other control characters become spaces.
    """
    if isinstance(value, int | float | Decimal):
        return value
    text = "".join(" " if _is_control(one) else one for one in with_line_feeds(str(value or "")))
    return _START_OF_FORMULA.sub(r"\1'", text)


def with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_control(character: str) -> bool:
    return character not in "\t\n" and unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
