"""Formats of dates and times in reports, the order of day and month, and daylight saving changes (DOMAIN.md 2.3)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.reading.moments import parse_moment, seconds_of
from tests.attendance.reports import answer, minutes, question, reasons

HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/15/2024 10:09:00", "2024-01-15 10:09:00"),
        ("02/10/2026 12:21:40 PM", "2026-02-10 12:21:40"),
        ("02/10/2026 12:21:40 AM", "2026-02-10 00:21:40"),
        ("02/10/2026 01:21:40 p.m.", "2026-02-10 13:21:40"),
        ("2/7/26, 10:00:05\u202fAM", "2026-02-07 10:00:05"),
        ("Mar 22, 2025 19:13:27", "2025-03-22 19:13:27"),
        ("Mar 22, 2025 7:13 PM", "2025-03-22 19:13:00"),
        ("2026-03-20 09:00:00", "2026-03-20 09:00:00"),
        ("2020/12/8 8:35", "2020-12-08 08:35:00"),
        ("22 mars 2026 9:00", "2026-03-22 09:00:00"),
        ("2026-03-20T09:00:00Z", "2026-03-20 09:00:00"),
    ],
)
def test_date_format_is_parsed(text: str, expected: str) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert str(moment.wall) == expected


@pytest.mark.parametrize(
    "text",
    ["13/13/2026 10:00", "02/30/2026 10:00", "02/10/2026 13:00:00 PM", "02/10/2026 00:10:00 AM", "02/10/2026 24:00",
     "02/10/2026 10:60", "02/10/2026", "10:00:00", "Foo 22, 2025 19:13:27", "2/10-2026 10:00", "17805550123", "--"],
)  # fmt: skip
def test_text_without_a_date_is_not_parsed(text: str) -> None:
    assert parse_moment(text) is None


@given(st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2099, 12, 31)))  # noqa: DTZ001 - wall times
def test_every_format_of_a_time_is_parsed_to_the_same_value(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    half = "AM" if moment.hour < 12 else "PM"
    twelve = moment.hour % 12 or 12
    clock = f"{moment:%M:%S}"
    for text in (
        f"{moment:%m/%d/%Y %H:%M:%S}",
        f"{moment:%m/%d/%Y} {twelve:02d}:{clock} {half}",
        f"{moment.month}/{moment.day}/{moment:%y}, {twelve}:{clock} {half}",
        f"{moment:%b} {moment.day}, {moment.year} {moment.hour:02d}:{clock}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        moment.isoformat() + "Z",
    ):
        found = parse_moment(text)
        assert found is not None, text
        assert found.wall == moment, text


@given(st.text(max_size=40))
def test_parser_raises_no_exception_for_any_text(text: str) -> None:
    parse_moment(text)


def test_order_of_day_and_month_is_decided_by_the_date_of_the_session() -> None:
    text = f"{HEADER}Aya,aya@example.org,10/02/2026 12:00,10/02/2026 13:00,60\n"
    february = answer(text, question("2026-02-10T12:00", "2026-02-10T13:00"))
    assert (february["date_order"], minutes(february)) == ("day-first", {"aya@example.org": 60})
    october = answer(text, question("2026-10-02T12:00", "2026-10-02T13:00"))
    assert (october["date_order"], minutes(october)) == ("month-first", {"aya@example.org": 60})


def test_one_wrong_date_does_not_change_the_order_of_the_others() -> None:
    text = (
        f"{HEADER}Aya,aya@example.org,02/10/2026 12:00,02/10/2026 13:00,60\n"
        "Ben,ben@example.org,13/10/2026 12:00,13/10/2026 13:00,60\n"
    )
    found = answer(text, question("2026-02-10T12:00", "2026-02-10T13:00"))
    assert minutes(found) == {"aya@example.org": 60}
    assert reasons(found) == [(3, "refused", "time-unreadable")]


def test_times_around_midnight_are_parsed_with_am_and_pm() -> None:
    text = f"{HEADER}Aya,aya@example.org,02/10/2026 11:30:00 PM,02/11/2026 12:30:00 AM,60\n"
    found = answer(text, question("2026-02-10T23:00", "2026-02-11T00:15"))
    assert minutes(found) == {"aya@example.org": 45}


def test_row_with_another_time_format_is_refused() -> None:
    text = (
        f"{HEADER}Aya,aya@example.org,02/10/2026 12:00:00 PM,02/10/2026 01:00:00 PM,60\n"
        "Ben,ben@example.org,02/10/2026 12:00:00 PM,02/10/2026 01:00:00,\n"
    )
    found = answer(text, question("2026-02-10T12:00", "2026-02-10T13:00"))
    assert reasons(found) == [(3, "refused", "time-shape")]


def test_row_whose_times_contradict_its_duration_is_refused() -> None:
    text = (
        f"{HEADER}Aya,aya@example.org,02/10/2026 12:00:00,02/10/2026 13:00:00,60\n"
        "Ben,ben@example.org,02/10/2026 12:00:00,02/10/2026 13:00:00,6\n"
    )
    found = answer(text, question("2026-02-10T12:00", "2026-02-10T13:00"))
    assert reasons(found) == [(3, "refused", "duration-differs")]


def test_utc_offset_in_a_time_replaces_the_selected_time_zone() -> None:
    text = f"{HEADER}Aya,aya@example.org,2026-02-10T17:00:00Z,2026-02-10T18:00:00Z,60\n"
    assert minutes(answer(text, question("2026-02-10T12:00", "2026-02-10T13:00"))) == {"aya@example.org": 60}


def test_duration_decides_a_time_that_occurs_twice() -> None:
    text = f"{HEADER}Aya,aya@example.org,11/01/2026 01:30:00,11/01/2026 01:45:00,75\n"
    asked = question("2026-11-01T00:00", "2026-11-01T05:00")
    assert minutes(answer(text, asked)) == {"aya@example.org": 75}


def test_local_time_that_daylight_saving_skips_has_no_value() -> None:
    skipped = dt.datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001 - a wall time
    assert seconds_of(skipped, "America/Toronto") == ()
    text = (
        f"{HEADER}Aya,aya@example.org,03/08/2026 01:30:00,03/08/2026 03:30:00,60\n"
        "Ben,ben@example.org,03/08/2026 02:30:00,03/08/2026 03:30:00,60\n"
    )
    found = answer(text, question("2026-03-08T01:00", "2026-03-08T04:00"))
    assert minutes(found) == {"aya@example.org": 60}
    assert reasons(found) == [(3, "refused", "skipped-hour")]
