"""Texts about sessions at an unusual hour, for readers whose clocks change with those of the series, or do not."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.zones import ZONES
from hubs.models import Hub
from sessions.models import Session
from sessions.presenters import hour_texts
from tests.builders import TORONTO, Programme

CLOCK = "Another hour for you: a clock changed"
LATER = "Half an hour later than usual"
AFTER_CHANGE = "Half an hour later than usual, after a clock change"
FIRST = dt.date(2027, 2, 17)  # clocks of Toronto go forward on March 14, before the fifth session
SERIES = Programme.new_series("ltc", hub=Hub(), choose_one=False)
DIFFERENCES = {
    -75: "1 h 15 min earlier than usual",
    -60: "1 hour earlier than usual",
    -30: "Half an hour earlier than usual",
    1: "1 minute later than usual",
    30: LATER,
    60: "1 hour later than usual",
    120: "2 hours later than usual",
    689: "11 h 29 min later than usual",
}


def weekly(hours: list[str], first: dt.date = FIRST) -> list[Session]:
    return [
        Programme.new_session(SERIES, number, on_date=first + dt.timedelta(days=7 * number - 7), at=at)
        for number, at in enumerate(hours, 1)
    ]


def texts(sessions: list[Session], zone: str | None, language: str = "en") -> list[str]:
    with translation.override(language):
        found = hour_texts(SERIES, sessions, zone)
    return [found.get(row.number, "") for row in sessions]


@pytest.mark.parametrize("minutes", DIFFERENCES)
def test_difference_from_the_usual_time_is_in_hours_and_minutes(minutes: int) -> None:
    at = (dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)).strftime("%H:%M")
    assert texts(weekly(["12:00", at, "12:00"]), TORONTO) == ["", DIFFERENCES[minutes], ""]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("12:30", "Une demi-heure plus tard que d’habitude"),
        ("11:30", "Une demi-heure plus tôt que d’habitude"),
        ("13:00", "1 heure plus tard que d’habitude"),
        ("10:45", "1\u00a0h\u00a015\u00a0min plus tôt que d’habitude"),
        ("23:29", "11\u00a0h\u00a029\u00a0min plus tard que d’habitude"),
    ],
)
def test_difference_from_the_usual_time_is_described_in_french(at: str, words: str) -> None:
    assert texts(weekly([at, "12:00", "12:00"]), TORONTO, "fr") == [words, "", ""]


def test_texts_of_sessions_around_a_clock_change_do_not_contradict() -> None:
    """In Alberta the sessions are at 11:00 four times, at 10:30 twice, and then at 10:00."""
    sessions = weekly(["12:00"] * 4 + ["12:30"] * 2 + ["12:00"] * 7)
    assert texts(sessions, "America/Edmonton") == ["", "", "", "", AFTER_CHANGE, LATER, *[""] * 7]
    assert texts(sessions, TORONTO) == texts(sessions, None) == ["", "", "", "", LATER, LATER, *[""] * 7]
    french = texts(sessions, "America/Edmonton", "fr")[4]
    assert french == "Une demi-heure plus tard que d’habitude, après un changement d’heure"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (["12:00"] * 4 + ["12:00"] * 2, ["", "", "", "", CLOCK, ""]),
        (["12:00"] * 4 + ["13:00", "12:00"], ["", "", "", "", "", CLOCK]),  # at the same hour as before, and then not
        (["12:00"] * 4 + ["12:30"], ["", "", "", "", CLOCK]),  # after the clock change, no other one is at 10:00
        (["12:30"] + ["12:00"] * 4, [LATER, "", "", "", CLOCK]),
    ],
)
def test_first_session_at_another_hour_after_a_clock_change_says_so(hours: list[str], expected: list[str]) -> None:
    sessions = weekly(hours)
    assert texts(sessions, "America/Regina") == expected
    assert CLOCK not in texts(sessions, None)


def test_session_in_another_zone_is_compared_with_the_usual_time_of_the_series() -> None:
    sessions = weekly(["12:00"] * 4)
    sessions[2].time_zone = "America/Vancouver"
    assert texts(sessions, TORONTO)[2] == "2 hours later than usual"  # on March 3, 2027


@given(
    st.sampled_from([zone.name for zone in ZONES]),
    st.sampled_from([zone.name for zone in ZONES]),
    st.dates(dt.date(2026, 12, 1), dt.date(2027, 12, 1)),
    st.lists(st.sampled_from(["12:00", "12:00", "12:00", "11:30", "12:30", "13:00", "10:00"]), min_size=2, max_size=13),
)
def test_each_text_is_true_of_the_readers_hours_and_of_the_sessions_time(
    held: str, zone: str, first: dt.date, hours: list[str]
) -> None:
    hours = [*hours, *["12:00"] * len(hours)]
    sessions = weekly(hours, first)
    for row in sessions:
        row.time_zone = held
        row.derive_moments()
    own = [row.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for row in sessions if row.starts_at]
    apart = [
        there - dt.datetime.combine(row.on_date, row.start_time)
        for row, there in zip(sessions, own, strict=True)
        if row.on_date and row.start_time
    ]
    usual = [there.time() for there, at in zip(own, hours, strict=True) if at == "12:00"]
    for number, text in enumerate(texts(sessions, zone)):
        late = {"10:00": -120, "11:30": -30, "12:00": 0, "12:30": 30, "13:00": 60}[hours[number]]
        if "than usual" in text:
            assert (
                text.removesuffix(", after a clock change") == {**DIFFERENCES, -120: "2 hours earlier than usual"}[late]
            )
            assert (own[number] - dt.timedelta(minutes=late)).time() in usual
        if "clock" in text:
            assert any(apart[number] != before for before in apart[:number])
        if text == CLOCK:
            assert own[number].time() != own[number - 1].time()
