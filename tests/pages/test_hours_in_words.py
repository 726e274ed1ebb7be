"""Texts about how soon the next session is, and the usual time of a series."""

import datetime as dt

import pytest
from django.utils import translation

from echo_portal.views.catalogue import kicker_of_next
from echo_portal.views.presenters import Viewer
from hubs.models import Hub
from sessions.models import Session
from sessions.presenters import usual_start
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


def test_usual_time_is_that_of_most_sessions() -> None:
    assert usual_start([session(), session(at="23:29")]) is None
    assert usual_start([session(), session(), session(at="23:29")]) == (dt.time(12), "America/Toronto")
    assert usual_start([session(), Programme.new_session(session().series, 2, time_zone="America/Regina")]) is None
    assert usual_start([session(at=""), session()]) is None
