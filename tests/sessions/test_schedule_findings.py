"""Findings of a pasted schedule do not contradict each other or its text."""

import datetime as dt

import pytest

from sessions.schedule_text import read_schedule
from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.sentences import sentence

AS_OF = dt.date(2026, 11, 27)


def row_of(text: str) -> DraftRow:
    (row,) = read_schedule(text, as_of=AS_OF).rows
    return row


def sentences_of(row: DraftRow, language: str = "en") -> list[str]:
    return [sentence(finding, language) for finding in row.findings]


def test_converted_hour_is_not_reported_as_without_a_zone() -> None:
    row = row_of("Session 1: Pain\nMarch 4, 2027, 17:00 – 18:00 UTC")
    assert (row.start_time, row.end_time, row.codes) == (dt.time(12), dt.time(13), ["zone-converted"])


@pytest.mark.parametrize(
    ("line", "start", "end", "is_guessed"),
    [
        ("Time: 12-1", "12:00", "13:00", True),
        ("Times: 9 to 10", "09:00", "10:00", True),
        ("Time: 2 – 3", "14:00", "15:00", True),
        ("Heure : 12 à 13", "12:00", "13:00", False),
        ("Horaire : 9-14", "09:00", "14:00", False),
    ],
)
def test_numbers_alone_after_a_label_are_hours(line: str, start: str, end: str, is_guessed: bool) -> None:
    row = row_of(f"Session 1: Pain\nMarch 4, 2027\n{line}")
    assert (row.start_time, row.end_time) == (dt.time.fromisoformat(start), dt.time.fromisoformat(end))
    assert ("half-day-missing" in row.codes) is is_guessed
    assert not {"hour-missing", "end-missing"} & set(row.codes)


@pytest.mark.parametrize("line", ["Time: 60 minutes", "Times: 2-3 sessions", "Time: 2026-2027", "Time: 25-26"])
def test_other_numbers_after_a_label_are_no_hours(line: str) -> None:
    row = row_of(f"Session 1: Pain\nMarch 4, 2027\n{line}")
    assert row.start_time is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rounds 2028\n\nSession 1: Pain\nFebruary 31", "There is no February 31, 2028."),
        ("Rounds 2027\n\nSession 1: Pain\nFebruary 29", "There is no February 29, 2027."),
        ("Session 1: Pain\nFebruary 31", "There is no February 31."),
        ("Session 1: Pain\nFebruary 29, 2027", "There is no February 29, 2027."),
        ("Rounds 2027-2028\n\nSession 1: Pain\nFebruary 31", "There is no February 31."),
    ],
)
def test_impossible_day_names_the_year_of_the_text_only(text: str, said: str) -> None:
    row = row_of(text)
    assert row.on_date is None
    assert said in sentences_of(row)
    assert not {"year-missing", "date-missing"} & set(row.codes)


def test_leap_day_is_in_the_leap_year_of_the_heading() -> None:
    row = row_of("Rounds 2027-2028\n\nSession 1: Pain\nFebruary 29")
    assert row.on_date == dt.date(2028, 2, 29)
    assert "No year is written. 2028 was taken, the only near year that has this day." in sentences_of(row)
    assert row_of("Session 1: Pain\nFebruary 29").on_date == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("line", "is_reported"),
    [
        ("January 14, 2027, 12:00 – 1:00 pm Eastern Daylight Time", True),
        ("January 14, 2027, 12:00 – 1:00 pm Eastern Standard Time", False),
        ("July 15, 2027, 12:00 – 1:00 pm Eastern Standard Time", True),
        ("July 15, 2027, 12:00 – 1:00 pm Eastern Daylight Time", False),
        ("July 15, 2027, 12:00 – 1:00 pm Eastern Time", False),
        ("14 janvier 2027, de 12 h à 13 h, heure avancée de l’Est", True),
        ("14 janvier 2027, de 12 h à 13 h, heure normale de l’Est", False),
        ("15 juillet 2027, de 12 h à 13 h, heure normale de l’Est", True),
        ("14 janvier 2027, de 12 h à 13 h (HAE)", True),
    ],
)
def test_name_of_a_zone_for_the_other_season_is_reported(line: str, is_reported: bool) -> None:
    row = row_of(f"Session 1: Pain\n{line}")
    assert (row.start_time, row.zone) == (dt.time(12), "America/Toronto")
    assert ("zone-abbreviation" in row.codes) is is_reported
