"""Cells of XLSX files contain texts unchanged, and never formulas."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from echo_portal.lib.xlsx_file import LONGEST_TEXT, xlsx_file

HOSTILE = (
    "=1+1",
    "+1 613 555 0123",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "{=1}",
    "https://example.org/?a=1",
    "0012345",
    "1e5",
    "<script>alert(1)</script>",
    "Élodie ᐃᓄᒃ\nnew line",
)


def read(content: bytes, sheet: int = 0) -> list[list[object]]:
    page = load_workbook(BytesIO(content)).worksheets[sheet]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_stored_as_it_is(text: str) -> None:
    assert read(xlsx_file([["Name"], [text]], sheet="Data")) == [["Name"], [text]]


def test_numbers_and_dates_keep_their_type() -> None:
    row = [7, 0.5, Decimal("1.25"), dt.date(2026, 11, 27), None]
    found = read(xlsx_file([["a", "b", "c", "d", "e"], row], sheet="Data"))
    assert [*found[1][:3], str(found[1][3]), found[1][4]] == [7, 0.5, 1.25, "2026-11-27 00:00:00", None]


def test_header_stays_in_view_and_the_other_sheet_explains_the_columns() -> None:
    content = xlsx_file(
        [["a"], [1]], sheet="Data", codebook=[["Column", "Meaning"], ["a", "=b"]], codebook_sheet="Columns"
    )
    book = load_workbook(BytesIO(content))
    assert [page.title for page in book] == ["Data", "Columns"]
    assert [page.freeze_panes for page in book] == ["A2", "A2"]
    assert read(content, 1) == [["Column", "Meaning"], ["a", "=b"]]


def test_text_beyond_the_limit_of_a_cell_is_cut_off() -> None:
    assert read(xlsx_file([["a"], ["x" * 40_000]], sheet="Data"))[1] == ["x" * LONGEST_TEXT]


@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1
        )
    )
)
def test_any_text_can_be_read_back(texts: list[str]) -> None:
    found = read(xlsx_file([["Name"], *([text] for text in texts)], sheet="Data"))
    assert [row[0] for row in found[1:]] == texts
