"""Page, email and calendar display the same time to each person, before and after the zone changes of 2026.

The tables are written by hand from DOMAIN.md 5.1.
"""

import datetime as dt
import re
from email.message import EmailMessage

import pytest
import time_machine
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import calendar
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.calendar.clocks import PLACES, Place, local, utc_of_eastern
from tests.calendar.second_parser import read, read_email
from tests.people import People
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db

# A session at noon in Toronto: its UTC hour, then the wall clock in
#  Vancouver  Calgary  Winnipeg  Regina   Toronto  Iqaluit  St. John’s
NOON = {
    # Before: British Columbia changes clocks until 2026-03-09, Alberta until 2026-06-18, Manitoba until 2026-10-31.
    "2026-01-14": (17, "09:00", "10:00", "11:00", "11:00", "12:00", "12:00", "13:30"),
    "2026-03-11": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
    "2026-07-15": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
    "2026-10-14": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
    "2026-10-31": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
    # After: Eastern clocks go back an hour; the clocks of these three provinces do not.
    "2026-11-02": (17, "10:00", "11:00", "12:00", "11:00", "12:00", "12:00", "13:30"),
    "2026-12-10": (17, "10:00", "11:00", "12:00", "11:00", "12:00", "12:00", "13:30"),
    "2027-03-12": (17, "10:00", "11:00", "12:00", "11:00", "12:00", "12:00", "13:30"),
    "2027-03-15": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
    "2027-07-14": (16, "09:00", "10:00", "11:00", "10:00", "12:00", "12:00", "13:30"),
}
ROWS = [
    pytest.param(dt.date.fromisoformat(day), utc, place, dt.time.fromisoformat(wall), id=f"{day}-{place.name}")
    for day, (utc, *walls) in NOON.items()
    for place, wall in zip(PLACES, walls, strict=True)
]
ENGLISH = {"09:00": "9:00", "10:00": "10:00", "11:00": "11:00", "12:00": "12:00", "13:30": "1:30"}
FRENCH = {"09:00": "9 h", "10:00": "10 h", "11:00": "11 h", "12:00": "12 h", "13:30": "13 h 30"}


def noon_session(programme: Programme, day: dt.date) -> Session:
    return programme.session(programme.series("noon"), 1, on_date=day, at="12:00")


def a_week_before(day: dt.date) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(day, dt.time(14), dt.UTC) - dt.timedelta(days=7), tick=False)


def start_as_said(place: Place, wall: dt.time, language: str) -> str:
    """Return the expected text of the start time, in the format of this language."""
    clock = f"{wall:%H:%M}"
    return FRENCH[clock].replace(" ", "\u00a0") if language == "fr" else ENGLISH[clock]


@pytest.mark.parametrize(("day", "utc_hour", "place", "wall"), ROWS)
def test_page_and_calendar_agree_with_the_table(
    client: Client, programme: Programme, people: People, day: dt.date, utc_hour: int, place: Place, wall: dt.time
) -> None:
    session = noon_session(programme, day)
    expected = dt.datetime.combine(day, dt.time(utc_hour), dt.UTC)
    assert session.starts_at == expected
    with a_week_before(day):
        person = people.make("viewer@example.org", "Vera Viewer", time_zone=place.zone)
        (registration,) = enroll(person, session.series, session)
        for content in (calendar.invitation(registration, "en"), calendar.file_of([registration], "fr")):
            (entry,) = read(content.decode()).entries
            assert (entry.start, entry.end) == (expected, expected + dt.timedelta(hours=1))
        client.cookies["zone"] = place.zone
        for language in ("en", "fr"):
            with translation.override(language):
                page = client.get(reverse("series", kwargs={"slug": "noon"})).content.decode()
                file = client.get(reverse("session_calendar", kwargs={"session": session.public_id})).content.decode()
            said = start_as_said(place, wall, language)
            own = place.french if language == "fr" else place.english
            lines = [line for line in page.splitlines() if own in line and "times__" in line]
            assert any(said in line for line in lines), (said, own)
            (entry,) = read(file).entries
            assert entry.start == expected


@pytest.mark.parametrize("day", ["2026-10-14", "2026-12-10"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_email_and_calendar_agree_with_the_table(
    programme: Programme, people: People, settings: Settings, day: str, language: str
) -> None:
    session = noon_session(programme, dt.date.fromisoformat(day))
    utc_hour, *walls = NOON[day]
    with a_week_before(session.on_date or dt.date.min), smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        viewers = {
            place: people.make(f"{number}@example.org", place.name, time_zone=place.zone, language=language)
            for number, place in enumerate(PLACES)
        }
        for person in viewers.values():
            enroll(person, session.series, session)
        Message.objects.exclude(kind="confirmation").delete()
        Message.objects.update(due_at=Now())  # time_machine does not change the database's clock
        assert deliver_due() == {"sent": len(PLACES)}
        for (place, person), wall in zip(viewers.items(), walls, strict=True):
            (email,) = [email for email in sink.emails if email["To"] == person.email]
            assert read_email(email).entries[0].start.hour == utc_hour
            assert_says(email, place, dt.time.fromisoformat(wall), language)


def assert_says(email: EmailMessage, place: Place, wall: dt.time, language: str) -> None:
    for kind in ("plain", "html"):
        body = email.get_body((kind,))
        assert body is not None
        text = re.sub(r"</?(?:span|b)\b[^>]*>", "", body.get_content()).replace("&nbsp;", "\u00a0")
        own = place.french if language == "fr" else place.english
        assert own in text, kind
        assert start_as_said(place, wall, language) in text, kind


def test_feed_has_the_same_eastern_time_before_and_after_clock_changes(programme: Programme, people: People) -> None:
    """Sessions at noon in Toronto before, between and after two clock changes have different UTC times."""
    series = programme.series("noon")
    days = [dt.date(2026, 10, 28), dt.date(2026, 11, 4), dt.date(2027, 3, 17)]
    sessions = [programme.session(series, number, on_date=day) for number, day in enumerate(days, 1)]
    with a_week_before(days[0]):
        enroll(people.ama, series, *sessions)
        rows = list(Registration.objects.filter(person=people.ama).select_related("session__series__hub", "person"))
        entries = read(calendar.feed_of(people.ama, rows).decode()).entries
    assert [f"{entry.start:%Y-%m-%d %H:%M}" for entry in entries] == [
        "2026-10-28 16:00",
        "2026-11-04 17:00",
        "2027-03-17 16:00",
    ]


def test_rules_in_clocks_agree_with_the_table() -> None:
    """The browser journeys compute times with `clocks`, so it is compared with the same table."""
    for text, (utc_hour, *walls) in NOON.items():
        day = dt.date.fromisoformat(text)
        moment = utc_of_eastern(day, dt.time(12))
        assert moment.hour == utc_hour
        if day > dt.date(2026, 11, 1):
            assert [f"{local(moment, place):%H:%M}" for place in PLACES] == walls


def test_email_to_a_person_without_a_time_zone_has_eastern_time_only(programme: Programme, people: People) -> None:
    session = noon_session(programme, dt.date(2026, 12, 10))
    person: Person = people.make("nowhere@example.org", "No Where")
    with a_week_before(dt.date(2026, 12, 10)):
        (row,) = enroll(person, session.series, session)
        text = calendar.invitation(row, "en").decode()
    assert read(text).entries[0].start.hour == 17
