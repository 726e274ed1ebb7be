"""The dates of a programme move by the fewest whole weeks after which its first session is a day ahead."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echo_portal.lib.zones import utc_of
from programme.file import read_programme
from programme.shift import Shift, shift_for, shifted
from tests.programme.files import REAL

TORONTO = ZoneInfo("America/Toronto")
PROGRAMME = read_programme(REAL, inventions=True)
FIRST = dt.datetime.combine(dt.date(2022, 1, 19), dt.time(12))

moments = st.datetimes(timezones=st.just(dt.UTC)).map(
    lambda moment: moment.replace(year=2010 + moment.year % 40, day=min(moment.day, 28))
)


@given(moments)
def test_first_session_is_at_least_24_hours_ahead_after_the_smallest_shift(moment: dt.datetime) -> None:
    weeks = shift_for(PROGRAMME, moment).weeks
    first = utc_of(FIRST + dt.timedelta(weeks=weeks), "America/Toronto")
    week_before = utc_of(FIRST + dt.timedelta(weeks=weeks - 1), "America/Toronto")
    assert first - moment >= dt.timedelta(hours=24) > week_before - moment


@settings(max_examples=50)
@given(moments)
def test_dates_move_by_whole_weeks_and_local_times_are_kept(moment: dt.datetime) -> None:
    shift = shift_for(PROGRAMME, moment)
    moved = shifted(PROGRAMME, shift=shift, held_by=dt.date(2000, 1, 1))
    for before, after in zip(PROGRAMME.series, moved.series, strict=True):
        for old, new in zip(before.sessions, after.sessions, strict=True):
            assert (new.start_time, new.end_time, new.number) == (old.start_time, old.end_time, old.number)
            if old.on_date is None:
                assert new.on_date is None
            else:
                assert new.on_date is not None
                weeks = shift.weeks if old.on_date >= PROGRAMME.as_of else shift.held_weeks
                assert new.on_date - old.on_date == dt.timedelta(weeks=weeks)
        if before.accreditation and before.accreditation.valid_from:
            assert after.accreditation is not None
            assert after.accreditation.valid_from == before.accreditation.valid_from + dt.timedelta(weeks=shift.weeks)


@given(moments)
def test_held_sessions_are_past_and_the_next_session_is_in_the_future(moment: dt.datetime) -> None:
    shift = shift_for(PROGRAMME, moment)
    moved = shifted(PROGRAMME, shift=shift, held_by=dt.date(2000, 1, 1))
    to_come = []
    for before, after in zip(PROGRAMME.series, moved.series, strict=True):
        for old, new in zip(before.sessions, after.sessions, strict=True):
            if new.on_date is None or old.on_date is None:
                continue
            over_at = utc_of(dt.datetime.combine(new.on_date + dt.timedelta(days=1), dt.time()), "America/Toronto")
            if old.on_date < PROGRAMME.as_of:
                assert over_at <= moment
            else:
                to_come.append((new.on_date, before.slug, new.number))
    assert min(to_come)[1:] == ("capaciti-information", 1)
    assert shift.weeks - shift.held_weeks in (0, 1)


@pytest.mark.parametrize(
    ("moment", "shift"),
    [
        (dt.datetime(2026, 11, 27, 9, tzinfo=TORONTO), Shift(254, 254)),  # a Friday
        (dt.datetime(2026, 11, 25, 13, tzinfo=TORONTO), Shift(254, 253)),  # else LTC session 2 would be tomorrow
        (dt.datetime(2026, 11, 26, 23, 59, tzinfo=TORONTO), Shift(254, 253)),
        (dt.datetime(2026, 11, 27, 0, 0, tzinfo=TORONTO), Shift(254, 254)),
    ],
)
def test_held_sessions_move_one_week_less_if_they_would_not_be_past(moment: dt.datetime, shift: Shift) -> None:
    assert shift_for(PROGRAMME, moment) == shift


@pytest.mark.parametrize("day", range(13, 19))
def test_dates_are_not_moved_in_the_week_of_the_snapshot(day: int) -> None:
    assert shift_for(PROGRAMME, dt.datetime(2022, 1, day, tzinfo=TORONTO)).weeks == 0


@pytest.mark.parametrize(
    ("moment", "weeks"),
    [
        (dt.datetime(2022, 1, 18, 12, 0, tzinfo=TORONTO), 0),
        (dt.datetime(2022, 1, 18, 12, 1, tzinfo=TORONTO), 1),
        # Clocks go back on 2026-11-01 and forward on 2027-03-14, so these calendar days do not have 24 hours.
        (dt.datetime(2026, 11, 22, 9, tzinfo=TORONTO), 253),
        (dt.datetime(2026, 10, 31, 23, tzinfo=TORONTO), 250),
        (dt.datetime(2026, 11, 3, 12, 0, tzinfo=TORONTO), 250),
        (dt.datetime(2026, 11, 3, 12, 1, tzinfo=TORONTO), 251),
        (dt.datetime(2027, 3, 16, 12, 0, tzinfo=TORONTO), 269),
        (dt.datetime(2021, 1, 1, tzinfo=TORONTO), -54),
    ],
)
def test_shift_equals_the_value_calculated_by_hand(moment: dt.datetime, weeks: int) -> None:
    assert shift_for(PROGRAMME, moment).weeks == weeks


def test_utc_time_changes_with_daylight_saving_and_local_time_is_kept() -> None:
    moved = shifted(PROGRAMME, shift=Shift(247, 247), held_by=dt.date(2026, 10, 1))
    worker = next(series for series in moved.series if series.slug == "psw-cop")
    hours = {
        one.on_date: utc_of(dt.datetime.combine(one.on_date, one.start_time), "America/Toronto").hour
        for one in worker.sessions
        if one.on_date and one.start_time
    }
    assert hours[dt.date(2026, 10, 21)] == 16
    assert hours[dt.date(2026, 11, 4)] == 17
