"""Lists of people are read in any separator and encoding. A fault is identified by sheet, row and column."""

import csv
import io
from typing import Any

import pytest
from django.utils import translation
from hypothesis import assume, example, given
from hypothesis import strategies as st

from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.lib.text import email_key
from registrations.reading.checks import Checked, UnknownWord, check_people, unknown_words
from registrations.reading.columns import columns_of
from registrations.reading.registrant_list import MAX_PEOPLE, read_here, read_list
from registrations.sentences import FILES, ROWS, cleaned_sentence, column_name, fault_sentence, fault_sentences
from tests.attendance.workbooks import workbook

ENGLISH = "Name,Email,Language,Profession,Province\nZoé Roy,zoe@example.org,French,RN,Quebec\n"
FRENCH = (
    "Prénom;Nom;Courriel;Langue;Profession;Province ou territoire\nZoé;Roy;zoe@example.org;Français;Infirmière;Québec\n"
)


def check(table: dict[str, Any], *, language: str = "en", **by_hand: str) -> Checked:
    columns = columns_of(table["header"], by_hand)
    assert columns.are_clear, columns
    return check_people(table["rows"], columns, language=language)


def faults(text: str) -> list[tuple[int, int | None, str]]:
    return [(one.row, one.column, one.code) for one in check(read_here(text.encode())).faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_give_the_same_people(encoding: str, separator: str) -> None:
    table = read_here(ENGLISH.replace(",", separator).encode(encoding))
    (person,) = check(table).people
    assert (person.row, person.name, person.email) == (2, "Zoé Roy", "zoe@example.org")
    assert (person.language, person.profession, person.province) == ("fr", "RN", "QC")


def test_workbook_and_french_headers_give_the_same_people() -> None:
    rows: list[list[Any]] = [line.split(";") for line in FRENCH.splitlines()]
    for data in (FRENCH.encode("utf-16"), workbook([["Liste du carrefour"], [], *rows])):
        table = read_list(data)
        (person,) = check(table).people
        assert (person.name, person.email, person.language, person.province) == (
            "Zoé Roy",
            "zoe@example.org",
            "fr",
            "QC",
        )


def test_nom_is_the_whole_name_without_a_column_of_first_names() -> None:
    assert columns_of(["Nom", "Courriel"], {}).roles == ("name", "email")
    assert columns_of(["Nom", "Prénom", "Courriel"], {}).roles == ("last", "first", "email")


def test_unknown_missing_and_repeated_columns_are_named() -> None:
    columns = columns_of(["Who", "Mail box", "E-mail", "Courriel"], {})
    assert (columns.unknown, columns.missing, columns.repeated) == (("Who", "Mail box"), ("name",), ("email",))
    assert columns_of(["Who", "Email"], {"who": "name"}).are_clear
    assert columns_of(["Name", "Email", "Dietary needs"], {"dietary needs": "ignored"}).are_clear


def test_each_fault_is_named_with_its_row_and_column() -> None:
    text = (
        "Name,Email,Language,Profession,Province\n"
        ",a@example.org,,,\n"
        "B,,,,\n"
        "C,c@example,,,\n"
        "D,d@example.org,German,,\n"
        "E,e@example.org,,Wizard,\n"
        "F,f@example.org,,,Texas\n"
        "G,D@EXAMPLE.ORG,,,\n"
        "H,h@example.org,,,,more\n"
        "I,I@example.org,,,\n"
        "J,i@example.org,,,\n"
        f"{'K' * 201},k@example.org,,,\n"
    )
    assert faults(text) == [
        (2, 0, "no-name"),
        (3, 1, "no-address"),
        (4, 1, "no-valid-address"),
        (5, 2, "unknown-language"),
        (6, 3, "unknown-profession"),
        (7, 4, "unknown-province"),
        (9, None, "more-cells"),
        (11, 1, "repeated"),
        (12, 0, "name-too-long"),
    ]


def test_a_person_who_is_repeated_is_registered_once_and_named() -> None:
    checked = check(read_here(b"Name,Email\nDenise Roy,d@example.org\nDENISE ROY,D@example.org\nLuc,d@example.org\n"))
    assert [person.name for person in checked.people] == ["Denise Roy"]
    assert [(doubt.row, doubt.column, doubt.code) for doubt in checked.doubts] == [(3, 1, "same-person")]
    assert [(fault.row, fault.code) for fault in checked.faults] == [(4, "repeated")]


def test_sentence_names_sheet_row_and_column_in_both_languages() -> None:
    table = read_here(workbook([["Name", "Email"], ["B", "nobody"]]))
    (fault,) = check(table).faults
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(fault_sentence(fault, sheet="Feuil1", header=table["header"]).replace("\u00a0", " "))
    assert said == [
        "Sheet “Feuil1”, row 2, column Email (B): “nobody” is not an email address.",
        "Feuille « Feuil1 », ligne 2, colonne Email (B) : « nobody » n’est pas une adresse courriel.",
    ]
    assert [column_name(position) for position in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_fault_that_many_cells_share_is_one_sentence_that_names_their_rows() -> None:
    rows = "".join(f"P{at},p{at}@example.org,{'Wizard' if at % 2 else 'WIZARD'}\n" for at in range(100))
    table = read_here(f"Name,Email,Profession\n{rows},x@example.org,RN\n".encode())
    checked = check(table)
    named = f"{', '.join(map(str, range(2, 22)))}…"
    assert fault_sentences(checked.faults, sheet="", header=table["header"]) == [
        f"100 rows ({named}), column Profession (C): “WIZARD” is not a profession of the portal’s list.",
        "Row 102, column Name (A): the name is missing.",
    ]
    assert unknown_words(checked.faults) == [UnknownWord("profession", "wizard", "WIZARD", 100)]


def test_meaning_of_an_unknown_word_is_used_for_all_its_rows() -> None:
    table = read_here(b"Name,Email,Profession\nA,a@example.org,Wizard\nB,b@example.org,wizard\nC,c@example.org,Zz\n")
    words = {"profession": {"wizard": "RN", "zz": "", "rn": "MD"}}
    checked = check_people(table["rows"], columns_of(table["header"], {}), language="en", words=words)
    assert [(one.name, one.profession) for one in checked.people] == [("A", "RN"), ("B", "RN"), ("C", "")]
    assert checked.faults == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("rn", "RN"),
        ("Registered Nurse", "RN"),
        ("infirmière", "RN"),
        ("Infirmière psychiatrique autorisée", "PSYN"),
        ("health care aide", "PSW"),
        ("Préposée aux bénéficiaires", "PSW"),
        ("student", ""),
        ("nurse", ""),
    ],
)
def test_profession_is_understood_by_code_label_or_a_part_of_one_label(typed: str, code: str) -> None:
    checked = check(read_here(f"Name,Email,Profession\nA,a@example.org,{typed}\n".encode()))
    assert [one.profession for one in checked.people] == ([code] if code else [])
    assert [one.code for one in checked.faults] == ([] if code else ["unknown-profession"])


def test_formula_script_and_control_characters_stay_text() -> None:
    (person,) = check(read_here(b"Name,Email\n=HYPERLINK(1) <script>\x07,a@example.org\n")).people
    assert person.name == "=HYPERLINK(1) <script>"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("A\u200bma Bou\u00adlé", "Ama Boulé"),
        ("A\u200dma\u2060 Boulé", "Ama Boulé"),
        ("Ama \u202eéluoB", "Ama éluoB"),
        ("A\x01ma\x9b Boulé\U000e0041", "Ama Boulé"),
    ],
)
def test_invisible_characters_are_removed_and_their_rows_are_named(typed: str, name: str) -> None:
    table = read_here(f"Name,Email\nLuc,luc@example.org\n{typed},ama@example.org\n".encode())
    assert [one.name for one in check(table).people] == ["Luc", name]
    assert cleaned_sentence(table["cleaned"]) == "Invisible characters were removed in these rows: 3."


def test_joiners_in_a_persian_name_and_marks_around_a_cell_are_no_reason_for_a_note() -> None:
    table = read_here("\ufeffName,Email\n\u200eعلی\u200cرضا\u200e,a@example.org\n".encode())
    assert [one.name for one in check(table).people] == ["علی\u200cرضا"]
    assert cleaned_sentence(table["cleaned"]) == ""


def test_mistyped_address_is_a_doubt_and_no_fault() -> None:
    checked = check(read_here(b"Name,Email\nA,a@gmial.com\n"))
    assert [(one.row, one.code, one.facts["meant"]) for one in checked.doubts] == [(2, "doubtful", "a@gmail.com")]
    assert (len(checked.people), checked.faults) == (1, [])


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "empty", None),
        (b"Name,Email\n", "nobody", None),
        (b"only one cell\nin each row\n", "no-header", None),
        (b"a,b\nc,d\nName,Email\nA,a@example.org\n", "rows-before-header", 1),
        (b"Name,Email\n" + b"A,a@example.org\n" * (MAX_PEOPLE + 1), "too-many-people", MAX_PEOPLE + 2),
        (b"Name,Email" + b",x" * 60 + b"\nA,a@example.org\n", "too-many-columns", 1),
        (b'Name,Email\n"A,a@example.org\n' + b"x\n" * 80, "quote-open", 2),
        (b"%PDF-1.7", "not-a-table", None),
    ],
)
def test_file_that_cannot_be_used_is_refused_with_its_row(data: bytes, code: str, row: int | None) -> None:
    with pytest.raises(RefusedTableError) as refused:
        read_list(data)
    assert (refused.value.code, refused.value.facts.get("row")) == (code, row)
    assert str(FILES[code]) % refused.value.facts


def test_every_reason_has_a_sentence_in_french() -> None:
    with translation.override("en"):
        english = {code: str(text) for code, text in (FILES | ROWS).items()}
    with translation.override("fr"):
        assert [code for code, text in (FILES | ROWS).items() if str(text) == english[code]] == []


@example([("\x1b", "", ""), ("Ann", "", "")], ",")
@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.emails() | st.text(max_size=30), st.sampled_from(["", "fr", "x"])),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_each_row_of_any_list_is_a_person_is_repeated_or_has_a_fault(
    rows: list[tuple[str, str, str]], separator: str
) -> None:
    written = [["".join(one for one in cell if one.isprintable()) for cell in row] for row in rows]
    assume(any(cell.strip() for row in written for cell in row))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["Name", "Email", "Language"])
    writer.writerows(written)
    table = read_here(out.getvalue().encode())
    checked = check(table)
    numbers = {number for number, _cells in table["rows"]}
    repeated = {one.row for one in checked.doubts if one.code == "same-person"}
    assert {one.row for one in checked.people} | {one.row for one in checked.faults} | repeated == numbers
    assert {one.row for one in checked.people} & {one.row for one in checked.faults} == set()
    keys = [email_key(one.email) for one in checked.people]
    assert len(set(keys)) == len(keys)
