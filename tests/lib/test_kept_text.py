"""Exports keep line breaks and tabs, and reopen with the texts that people wrote."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from echo_portal.lib.csv_file import csv_lines
from echo_portal.lib.xlsx_file import xlsx_file

TEXTS = (
    ("first\r\nsecond\rthird\nfourth", "first\nsecond\nthird\nfourth"),
    ("a\tb", "a\tb"),
    ('« a »; b, c\n\n“d” "e"', '« a »; b, c\n\n“d” "e"'),
)


@pytest.mark.parametrize(("written", "read"), TEXTS)
@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("fr", ";")])
def test_csv_file_keeps_line_breaks_and_tabs(written: str, read: str, language: str, separator: str) -> None:
    text = "".join(csv_lines([["Name", "Number"], [written, 1]], language)).removeprefix("\ufeff")
    assert list(csv.reader(StringIO(text, newline=""), delimiter=separator)) == [["Name", "Number"], [read, "1"]]
    assert "\t" not in text or f'"{read}"' in text, "quotation marks keep a tab in its cell"


@pytest.mark.parametrize(("written", "read"), TEXTS)
def test_workbook_keeps_line_breaks_and_wraps_them(written: str, read: str) -> None:
    cell = load_workbook(BytesIO(xlsx_file([["Name"], [written]], sheet="Data"))).worksheets[0]["A2"]
    assert (cell.value, bool(cell.alignment.wrap_text)) == (read, "\n" in read)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("a\n=1", "a\n'=1"), ("a\t+1", "a\t'+1"), ("a\r\n\t＝1", "a\n'\t'＝1"), ("a\x0b\x00b", "a  b")],
)
def test_formula_after_a_line_break_or_tab_is_guarded(text: str, cell: str) -> None:
    line = "".join(csv_lines([[text]], "en")).removeprefix("\ufeff")
    assert list(csv.reader(StringIO(line, newline=""))) == [[cell]]
