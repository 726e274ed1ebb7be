"""Texts about how soon the next session is, and about sessions at an unusual time."""

import datetime as dt

import pytest
from django.utils import translation

from echo_portal.views.catalogue import kicker_of_next
from echo_portal.views.presenters import Viewer
from hubs.models import Hub
from sessions.models import Session
from sessions.presenters import time_change_text, usual_start
from tests.builders import Programme

NOON = dt.datetime(2030, 1, 9, 17, tzinfo=dt.UTC)  # 12:00 in Toronto


def session(on_date: dt.date = dt.date(2030, 1, 9), at: str = "12:00") -> Session:
    series = Programme.new_series("ltc", hub=Hub())
    return Programme.new_session(series, 1, on_date=on_date, at=at)


def viewer(now: dt.datetime = NOON, zone: str | None = "America/Toronto") -> Viewer:
    return Viewer(None, now, zone, "en")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (dt.timedelta(seconds=20), "in 1 minute"),
        (dt.timedelta(minutes=10), "in 10 minutes"),
        (dt.timedelta(minutes=59, seconds=30), "in 60 minutes"),
        (dt.timedelta(minutes=95), "in 95 minutes"),
        (dt.timedelta(hours=2), "in 2 hours"),
        (dt.timedelta(hours=5, minutes=40), "in 6 hours"),
        (dt.timedelta(hours=20), "tomorrow"),
        (dt.timedelta(days=2), "in 2 days"),
    ],
)
def test_text_describes_how_soon_the_next_session_is(before: dt.timedelta, words: str) -> None:
    with translation.override("en"):
        assert kicker_of_next(session(), viewer(NOON - before)) == f"Next session, {words}"


def test_session_just_after_midnight_is_described_in_minutes() -> None:
    """The session is on the next day for this person, because it starts at 12:15 am in St. John's."""
    late = session(at="22:45")
    assert late.starts_at is not None
    with translation.override("fr"):
        words = kicker_of_next(late, viewer(late.starts_at - dt.timedelta(minutes=20), "America/St_Johns"))
        assert kicker_of_next(session(), viewer(NOON - dt.timedelta(minutes=95))) == "Prochaine séance, dans 95 minutes"
        assert kicker_of_next(session(), viewer(NOON - dt.timedelta(hours=2))) == "Prochaine séance, dans 2 heures"
    assert words == "Prochaine séance, dans 20 minutes"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("12:00", ""),
        ("12:30", "Half an hour later than usual"),
        ("11:30", "Half an hour earlier than usual"),
        ("12:01", "1 minute later than usual"),
        ("14:00", "2 hours later than usual"),
        ("10:45", "1 h 15 min earlier than usual"),
        ("23:29", "11 h 29 min later than usual"),
    ],
)
def test_difference_from_the_usual_time_is_in_hours_and_minutes(at: str, words: str) -> None:
    with translation.override("en"):
        assert time_change_text(session(at=at), session(), dt.time(12), "America/Toronto") == words


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
    with translation.override("fr"):
        assert time_change_text(session(at=at), session(), dt.time(12), "America/Toronto") == words


# On March 10, 2030, clocks move forward in Toronto, and not in Saskatchewan.
BEFORE, AFTER = dt.date(2030, 3, 6), dt.date(2030, 3, 13)


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        ("12:00", "America/Regina", "Another hour for you: a clock changed"),
        ("12:30", "America/Regina", "Half an hour earlier than usual"),
        ("13:00", "America/Regina", ""),
        ("12:30", "America/Toronto", "Half an hour later than usual"),
        ("12:30", None, "Half an hour later than usual"),
        ("12:00", None, ""),
    ],
)
def test_difference_from_the_usual_time_is_that_of_the_persons_local_time(
    at: str, zone: str | None, words: str
) -> None:
    with translation.override("en"):
        assert time_change_text(session(AFTER, at), session(BEFORE), dt.time(12), zone) == words


def test_clock_change_is_described_after_a_session_at_an_unusual_time() -> None:
    with translation.override("en"):
        words = time_change_text(session(AFTER), session(BEFORE, "12:30"), dt.time(12), "America/Regina")
    assert words == "Another hour for you: a clock changed"


def test_usual_time_is_that_of_most_sessions() -> None:
    assert usual_start([session(), session(at="23:29")]) is None
    assert usual_start([session(), session(), session(at="23:29")]) == dt.time(12)
    assert usual_start([session(at=""), session()]) is None
