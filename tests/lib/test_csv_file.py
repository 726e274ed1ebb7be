"""Cells of CSV files are never formulas, whatever people typed."""

import csv
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echo_portal.lib.csv_file import csv_lines, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\t=1", "' =1"),
        ("＝cmd|' /C calc'!A0", "'＝cmd|' /C calc'!A0"),
        ("-2", "'-2"),
        ("O’Neil, Ann", "O’Neil, Ann"),
        ("a\r\n=b\x00", "a  =b "),
        (-2, -2),
        (None, ""),
        ("", ""),
    ],
)
def test_cell_is_text_or_a_number(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


@given(st.lists(st.text(), min_size=1))
@example(["\n=1", "\u00a0+1", "\ufeff=1"])
def test_no_cell_of_a_read_file_is_a_formula(cells: list[str]) -> None:
    text = "".join(csv_lines([cells, cells]))
    assert text.startswith("\ufeff")
    read = list(csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True)))
    assert [len(row) for row in read] == [len(cells)] * 2
    for cell in read[0]:
        first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
        assert first not in tuple("=+-@\t\r\n")
