"""The second pass adds a finding to a draft row that does not explain its lines, and none to a row that does."""

import datetime as dt
from typing import Any

import pytest

from sessions.schedule_text import read_schedule
from sessions.schedule_text.draft_rows import DraftRow, LineKind, SourceLine
from sessions.schedule_text.plain_text import split_lines
from sessions.schedule_text.second_pass import check_against_text

LINE = "Session 1: Grief, January 14, 2027, 12:00–1:00 pm ET"


def row_of(*lines: int, **values: Any) -> DraftRow:
    right: dict[str, Any] = {
        "number": 1,
        "title_en": "Grief",
        "on_date": dt.date(2027, 1, 14),
        "start_time": dt.time(12),
        "end_time": dt.time(13),
        "zone": "America/Toronto",
        "lines": list(lines or (1,)),
    }
    return DraftRow(**right | values)


def codes_of(text: str, *rows: DraftRow, headings: tuple[int, ...] = ()) -> list[list[str]]:
    """Return the codes of each row, and last those of the whole text, after the second pass."""
    lines = split_lines(text)
    taken = {number for row in rows for number in row.lines}
    used = [
        SourceLine(number, line, LineKind.ROW if number in taken else LineKind.HEADING)
        for number, line in enumerate(lines, 1)
        if line and (number in taken or number in headings)
    ]
    whole = [finding.code for finding in check_against_text(rows, lines, used)]
    return [*(row.codes for row in rows), whole]


def test_row_that_explains_its_line_has_no_finding() -> None:
    assert codes_of(LINE, row_of()) == [[], []]


@pytest.mark.parametrize(
    ("line", "values", "code"),
    [
        (LINE, {"on_date": dt.date(2027, 1, 15)}, "date-left"),
        (LINE.replace("January", "Friday, January"), {}, "date-left"),
        (f"{LINE} and February 18", {}, "date-left"),
        (LINE.replace("January 14, 2027, ", ""), {}, "date-unseen"),
        (LINE, {"start_time": dt.time(11)}, "hour-left"),
        (f"{LINE} (doors open 11:45)", {"beside": ["doors open"]}, "hour-left"),
        (LINE.replace("ET", "MT"), {}, "zone-left"),
        (f"{LINE} – Room Aspen", {}, "words-left"),
        (f"{LINE} 28", {}, "words-left"),
        (f"{LINE}, every week", {}, "rule-said"),
    ],
)
def test_row_that_leaves_a_part_of_its_line_has_a_finding(line: str, values: dict[str, Any], code: str) -> None:
    assert code in codes_of(line, row_of(**values))[0]


@pytest.mark.parametrize(
    "title",
    [
        "Grief 12:30",
        "Grief – January 28",
        "Grief (MT",
        "Grief with Jane Example",
        "Grief – Jane Example",
        "Grief, Dr. Example",
        "Presented by Jane Example",
        "3 Grief",
        "Grief 4",
        "Grief and",
        "and Grief",
        'HYPERLINK("',
        '=HYPERLINK("https://example.org";"Grief")',
        "Grief [recorded]",
        "Grief (waitlist only)",
        "Grief - NEW TIME",
        "Grief ... full",
        "NEW Grief",
        "Topic: Grief",
        "Session",
        "Register here",
        "Hope, mid-June",
        "No rounds (reading week)",
        "Le deuil : à confirmer",
        "Le deuil avec Jeanne Exemple",
        "Lunch and networking",
        "Webinaire « Le deuil des enfants »",
        "x",
        "a " * 60,
    ],
)
def test_title_with_words_of_another_field_has_a_finding(title: str) -> None:
    row = row_of(title_en=title)
    codes_of(title, row)
    assert "title-doubtful" in row.codes


@pytest.mark.parametrize(
    "title",
    [
        "Grief",
        "ALS",
        "Grief in Children: What Helps?",
        "Beyond the Essential Skills Part 2",
        "The 24-Hour Plan",
        "The last 48 hours",
        "Medical Assistance in Dying (MAiD)",
        "Bill C-7 and Palliative Care",
        "Communication Skills: Breaking Bad News",
        "Palliative radiation 101",
        "COVID-19 and Loss",
        "Qu’est-ce que l’approche palliative?",
        "Parler de la fin de vie : suite",
        "Le deuil chez l’enfant (partie 2)",
    ],
)
def test_usual_title_has_no_finding(title: str) -> None:
    row = row_of(title_en=title)
    codes_of(title, row)
    assert "title-doubtful" not in row.codes


def test_title_that_contains_another_line_has_a_finding() -> None:
    row = row_of(title_en="Image of Grief at Home", beside=["Grief at Home"])
    codes_of(LINE, row)
    assert "title-doubtful" in row.codes


def test_title_that_is_a_heading_has_a_finding() -> None:
    rows = [row_of(2)]
    codes_of(f"Grief\n{LINE}", *rows, headings=(1,))
    assert rows[0].codes == ["title-doubtful"]


def schedule(*odd: str) -> str:
    usual = [
        f"January {day}, 2027, 12:00–1:00 pm ET – {title}" for day, title in ((7, "Pain"), (14, "Hope"), (21, "Loss"))
    ]
    return "\n".join([*usual, *odd])


@pytest.mark.parametrize(
    "odd",
    [
        "Rest: January 28, 2027, 12:00–1:00 pm ET",
        "January 28, 2027 – Rest – 12:00–1:00 pm ET",
        "January 28, 2027, 12:00–1:00 pm ET | Rest",
        "January 28, 2027, 12:00–1:00 pm ET – Rest\nBring a case",
        "January 28, 2027, 12:00–1:00 pm ET – Rest\n• Last words",
    ],
)
def test_row_that_is_written_differently_has_a_finding(odd: str) -> None:
    read = read_schedule(schedule(odd), as_of=dt.date(2026, 11, 27))
    assert [row.codes for row in read.rows] == [[], [], [], ["written-differently"]]


def test_rows_without_a_usual_form_have_a_finding_each() -> None:
    text = f"{schedule()}\nRest: January 28, 2027, 12:00–1:00 pm ET\n12:00–1:00 pm ET, February 4, 2027, Love\n"
    text = "\n".join(text.splitlines()[2:])
    read = read_schedule(text, as_of=dt.date(2026, 11, 27))
    assert [row.codes for row in read.rows] == [["forms-vary"]] * 3


def test_heading_with_a_date_of_no_session_is_not_understood() -> None:
    used = [SourceLine(1, "February 18 Closing", LineKind.HEADING), SourceLine(2, LINE, LineKind.ROW)]
    findings = check_against_text([row_of(2)], ["February 18 Closing", LINE], used)
    assert [(finding.code, finding.values) for finding in findings] == [("dates-left", {"lines": [1]})]
    assert [line.kind for line in used] == [LineKind.NOT_UNDERSTOOD, LineKind.ROW]


@pytest.mark.parametrize("heading", ["April: Hope", "Hope (date to be confirmed)", "32 mai : espoir"])
def test_heading_about_a_month_and_other_words_is_not_understood(heading: str) -> None:
    assert codes_of(f"{heading}\n{LINE}", row_of(2), headings=(1,))[-1] == ["dates-left"]


@pytest.mark.parametrize(
    "heading",
    [
        "January to June 2027",
        "Thursdays, January 14 to January 14, 2027",
        "Register by January 5, 2027",
        "January 21, 2027: no session",
        "12:00–1:00 pm ET / 10:00–11:00 am MT",
    ],
)
def test_heading_about_the_period_or_the_hours_has_no_finding(heading: str) -> None:
    assert codes_of(f"{heading}\n{LINE}", row_of(2), headings=(1,))[-1] == []


def test_heading_with_an_hour_of_no_session_has_a_finding() -> None:
    for heading in ("All sessions start at 9:15 am ET", "All times are Mountain Time"):
        assert codes_of(f"{heading}\n{LINE}", row_of(2), headings=(1,))[-1] == ["hours-left"]
