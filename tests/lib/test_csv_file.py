"""Cells of CSV files are never formulas, whatever people typed."""

import csv
import unicodedata
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echo_portal.lib.csv_file import FORMULA_STARTS, csv_lines, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("＝cmd|' /C calc'!A0", "'＝cmd|' /C calc'!A0"),
        ("-2", "'-2"),
        ("O’Neil, Ann", "O’Neil, Ann"),
        ("a\r\n=b\x00", "a\n'=b "),
        ("Roy;=1+1", "Roy;'=1+1"),
        ("Roy, -2", "Roy,' -2"),
        ('a;"=1', "a;'\"=1"),
        ("a;\t＠b;＋1;a-b", "a;'\t'＠b;'＋1;a-b"),
        ("=\u0338", "'=\u0338"),
        ('"=1"', '\'"=1"'),
        (-2, -2),
        (None, ""),
        ("", ""),
    ],
)
def test_cell_is_text_or_a_number(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


def test_every_character_that_is_normalized_to_a_formula_start_is_guarded() -> None:
    starts = {chr(one) for one in range(0x110000) if unicodedata.normalize("NFKC", chr(one))[:1] in tuple("=+-@")}
    assert set(FORMULA_STARTS) == starts


@pytest.mark.parametrize(
    ("language", "separator", "numbers"),
    [("en", ",", ["0.5", "1.25", "-3.5", "7"]), ("fr", ";", ["0,5", "1,25", "-3,5", "7"])],
)
def test_file_has_the_separator_and_the_decimal_sign_of_its_language(
    language: str, separator: str, numbers: list[str]
) -> None:
    rows: list[list[object]] = [["Nom, prénom", "a;b"], [0.5, Decimal("1.25"), -3.5, 7]]
    text = "".join(csv_lines(rows, language))
    read = list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=separator))
    assert (text[0], read) == ("\ufeff", [["Nom, prénom", "a;b"], numbers])


SIGNS = st.sampled_from([*"=+-@＝＋－＠﹢;,\t\r\n\"' a"])


@given(st.lists(st.text(SIGNS | st.characters()), min_size=1))
@example(["\n=1", "\u00a0+1", "\ufeff=1"])
@example(["Roy;=1+1", "a\t@b"])
@example(["a", 'Roy;"=1+1"'])
@example(["a", "a;", "=1", '";', "\r\n=1"])
def test_no_cell_is_a_formula_with_the_separator_of_any_spreadsheet(cells: list[str]) -> None:
    for language, own in (("en", ","), ("fr", ";")):
        _check_no_cell_is_a_formula(cells, language, own)


def _check_no_cell_is_a_formula(cells: list[str], language: str, own: str) -> None:
    text = "".join(csv_lines([cells, cells], language))
    assert text.startswith("\ufeff")
    content = text.removeprefix("\ufeff")
    read = {separator: list(csv.reader(StringIO(content, newline=""), delimiter=separator)) for separator in ",;\t"}
    assert [len(row) for row in read[own]] == [len(cells)] * 2
    starts = [cell.lstrip(' \r\n\t"\ufeff\u00a0')[:1] for rows in read.values() for row in rows for cell in row]
    assert [start for start in starts if unicodedata.normalize("NFKC", start) in tuple("=+-@")] == []
