"""The due times of reminders in all time zones, including days on which clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.zones import ZONES
from registrations.reminder_times import BEFORE, due_at, is_worth_writing, moved_out_of_night
from sessions.vocabularies import Reminder

UTC = dt.UTC
ALL_ZONES = st.sampled_from([zone.name for zone in ZONES])
MOMENTS = st.datetimes(dt.datetime(2022, 1, 1), dt.datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "zone", "due"),
    [
        # Noon in Toronto on the day on which clocks go forward. 24 hours before, in UTC, is 11:00 local time.
        ("2026-03-08T16:00", "America/Toronto", "2026-03-07T16:00"),
        ("2026-11-01T17:00", "America/Toronto", "2026-10-31T17:00"),
        ("2027-03-14T16:00", "America/Toronto", "2027-03-13T16:00"),
        # The provinces that stopped changing their clocks in 2026.
        ("2026-11-01T17:00", "America/Vancouver", "2026-10-31T17:00"),
        ("2026-11-01T17:00", "America/Edmonton", "2026-10-31T17:00"),
        ("2026-11-01T17:00", "America/Winnipeg", "2026-10-31T17:00"),
        ("2026-11-01T17:00", "America/Regina", "2026-10-31T17:00"),
        # 7:00 in Toronto is 6:00 in Winnipeg in summer: at night, so it is due the evening before at 20:55 (UTC-5).
        ("2026-07-08T11:00", "America/Winnipeg", "2026-07-07T01:55"),
        # 22:30 is at night: due at 20:55 of the same evening.
        ("2026-07-09T02:30", "America/Toronto", "2026-07-08T00:55"),
        ("2026-12-10T14:00", "America/St_Johns", "2026-12-09T14:00"),
        ("2026-12-10T14:00", "America/Iqaluit", "2026-12-09T14:00"),
        ("2026-12-10T14:00", None, "2026-12-09T14:00"),
    ],
)
def test_due_time_of_the_day_reminder_is_that_of_the_table(starts: str, zone: str | None, due: str) -> None:
    assert due_at(Reminder.DAY, utc(starts), zone) == utc(due)


@given(MOMENTS, ALL_ZONES)
def test_week_and_day_reminders_are_due_in_the_daytime_and_never_late(starts: dt.datetime, zone: str) -> None:
    for kind in (Reminder.WEEK, Reminder.DAY):
        due = due_at(kind, starts, zone)
        local = due.astimezone(ZoneInfo(zone))
        assert 7 <= local.hour < 21
        assert starts - BEFORE[kind] - dt.timedelta(hours=12) <= due <= starts - BEFORE[kind]


@given(MOMENTS, ALL_ZONES)
def test_hour_reminder_is_due_one_hour_before_in_every_zone(starts: dt.datetime, zone: str) -> None:
    assert due_at(Reminder.HOUR, starts, zone) == starts - dt.timedelta(hours=1)


@given(MOMENTS, ALL_ZONES)
def test_moving_a_due_time_out_of_the_night_again_changes_nothing(moment: dt.datetime, zone: str) -> None:
    once = moved_out_of_night(moment, zone)
    assert moved_out_of_night(once, zone) == once


def test_reminder_is_not_written_shortly_before_it_is_due() -> None:
    due = utc("2026-12-09T14:00")
    assert not is_worth_writing(due, due - dt.timedelta(hours=1))
    assert not is_worth_writing(due, due + dt.timedelta(hours=3))
    assert is_worth_writing(due, due - dt.timedelta(hours=1, seconds=1))
