"""The emails that name sessions for the first time say which of them are not at the usual hour of the series."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from accounts.actions import Details
from accounts.models import Person
from registrations.actions import add_people
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

LATER = {"en": "Half an hour later than usual.", "fr": "Une demi-heure plus tard que d’habitude."}
EARLIER = {"en": "(2 hours earlier than usual)", "fr": "(2 heures plus tôt que d’habitude)"}


@pytest.fixture
def evening(programme: Programme) -> list[Session]:
    """Return five sessions of a series at noon, the first half an hour later, and the third at ten."""
    series = programme.series("psw-cop")
    hours = ["12:30", "12:00", "10:00", "12:00", "12:00"]
    first = dt.date(2031, 6, 4)
    return [
        programme.session(series, number, on_date=first + dt.timedelta(days=7 * number), at=at)
        for number, at in enumerate(hours, 1)
    ]


def text_of(sink: Sink, kind: str) -> str:
    """Deliver the email and return its text on one line."""
    deliver_only(kind=kind)
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    return re.sub(r"\s+", " ", str(body.get_content()))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_confirmation_marks_sessions_at_an_unusual_hour(
    people: People, evening: list[Session], sink: Sink, language: str
) -> None:
    Person.objects.filter(pk=people.ama.pk).update(language=language)
    people.ama.refresh_from_db()
    enroll(people.ama, evening[0].series, *evening)
    text = text_of(sink, "confirmation")
    assert (text.count(LATER[language]), text.count(EARLIER[language])) == (1, 1)
    assert re.findall(rf"psw-cop (\d)(?:(?!psw-cop).)*{re.escape(EARLIER[language])}", text) == ["3"]


def test_confirmation_of_usual_hours_marks_nothing(people: People, evening: list[Session], sink: Sink) -> None:
    enroll(people.ama, evening[0].series, evening[1], *evening[3:])
    assert "than usual" not in text_of(sink, "confirmation")


def test_email_to_added_people_marks_sessions_at_an_unusual_hour(
    people: People, evening: list[Session], sink: Sink
) -> None:
    details = Details(name="Nora", email="nora@example.org", language="en")
    add_people(
        series=evening[0].series,
        people=[details],
        session_ids=[row.pk for row in evening],
        whole_series=False,
        note_en="You asked.",
        note_fr="",
        by=people.luc,
    )
    text = text_of(sink, "added-by-hub")
    assert (text.count(LATER["en"]), text.count(EARLIER["en"])) == (1, 1)


def test_confirmation_describes_a_clock_change_and_an_unusual_hour_together(
    people: People, programme: Programme, sink: Sink
) -> None:
    """Clocks of Toronto go back on November 2, 2031, before the third session, and clocks of Alberta do not."""
    Person.objects.filter(pk=people.ama.pk).update(province="AB", time_zone="America/Edmonton")
    people.ama.refresh_from_db()
    series = programme.series("psw-cop")
    hours = ["12:00", "12:00", "11:30", "11:30", "12:00", "12:00", "12:00"]
    days = [dt.date(2031, 10, 15) + dt.timedelta(days=7 * number + 7 * (number > 1)) for number in range(len(hours))]
    rows = [programme.session(series, number, on_date=days[number - 1], at=at) for number, at in enumerate(hours, 1)]
    enroll(people.ama, series, *rows)
    text = text_of(sink, "confirmation")
    notes = re.findall(r"\(([^()]*(?:than usual|clock)[^()]*)\)", text)
    assert notes == ["half an hour earlier than usual, after a clock change", "half an hour earlier than usual"]
