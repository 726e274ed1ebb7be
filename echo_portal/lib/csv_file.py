"""CSV files for spreadsheets: no cell is a formula, and Excel reads the file as UTF-8 (SAFETY.md F26)."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@")


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Return the lines of a CSV file, with a byte order mark before the first one."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe_cell(value) for value in row])
        yield line.getvalue()


def safe_cell(value: object) -> object:
    """Return a number as it is, and other values as text on one line that no spreadsheet takes for a formula.

    A text that starts like one, also after spaces or in full-width characters, begins with an apostrophe.
    """
    if isinstance(value, int | float):
        return value
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one for one in str(value or ""))
    folded = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if folded.startswith(FORMULA_STARTS) else text
