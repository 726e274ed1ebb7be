"""The page that confirms a form: its calendar file, its joining links, and the button while the meeting is open."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from accounts.models import Person
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

MEETING = "https://zoom.example/j/1"
LINK = re.compile(r"http\S+/en/join/[^/\s]+/")


def register(client: Client, *sessions: Session, email: str = "elodie@example.org") -> str:
    """Submit the form and return the URL of the page that confirms it."""
    sent = form(sessions=[row.pk for row in sessions], email=email)
    return str(client.post(reverse("register", kwargs={"slug": "psw-cop"}), sent)["Location"])


def entries_of(client: Client, done: str, query: str = "") -> list[tuple[str, str]]:
    """Return the title and the location of each entry in the page's calendar file."""
    content = client.get(f"{done}sessions.ics{query}").content
    return [(str(event["summary"]), str(event.get("location", ""))) for event in Calendar.from_ical(content).events]


def test_calendar_file_has_a_working_join_link_for_each_session(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(
        sessions=2,
    )
    Session.objects.update(join_url=MEETING)
    entries = entries_of(client, register(client, *sessions))
    assert [title for title, _place in entries] == ["psw-cop 1", "psw-cop 2"]
    with time_machine.travel(sessions[1].starts_at or 0, tick=False):
        for (_title, place), expected in zip(entries, (200, 302), strict=True):
            assert LINK.fullmatch(place)
            path = place.partition("/en/")[2]
            assert client.get(f"/en/{path}").status_code == 200
            entered = client.get(f"/en/{path}enter/")
            assert (entered.status_code, entered["Location"] == MEETING) == (302, expected == 302)


def test_calendar_file_of_one_session_has_its_join_link(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(sessions=2)
    done = register(client, *sessions)
    both = entries_of(client, done)
    assert entries_of(client, done, f"?only={sessions[0].public_id}") == both[:1]
    assert f"sessions.ics?only={sessions[0].public_id}" in client.get(done).content.decode()


def test_calendar_file_has_no_join_links_in_another_browser(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(sessions=1)
    assert entries_of(Client(), register(client, *sessions)) == [("psw-cop 1", "")]


def test_calendar_file_of_a_new_address_has_links_and_alarms_in_french(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(sessions=2)
    with translation.override("fr"):
        done = register(client, *sessions)
    page = client.get(done).content.decode()
    events = Calendar.from_ical(client.get(f"{done}seances.ics").content).events
    assert [len(event.alarms.times) for event in events] == [1, 1]
    assert all("/fr/entrer/" in str(event["location"]) for event in events)
    assert "n’a pas de lien de participation" not in page


def test_page_says_where_the_joining_links_are_if_its_file_has_none(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series(sessions=1)
    done = register(client, *sessions)
    sentence = "The file has no joining links on this device: they are in the email and its calendar entries."
    assert sentence not in client.get(done).content.decode()
    assert sentence in Client().get(done).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        assert (entries_of(client, done), sentence in client.get(done).content.decode()) == ([("psw-cop 1", "")], True)


def test_calendar_file_of_the_signed_in_owner_has_links_in_every_browser(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series(sessions=1)
    client.force_login(people.ama)
    done = register(client, *sessions, email=people.ama.email)
    other = Client()
    other.force_login(people.ama)
    assert [bool(LINK.fullmatch(place)) for _title, place in entries_of(other, done)] == [True]
    other.force_login(people.luc)
    assert [place for _title, place in entries_of(other, done)] == [""]


def test_calendar_file_does_not_reveal_an_earlier_registration(
    client: Client, programme: Programme, people: People
) -> None:
    """The files for a new address and for an address that was registered before differ only in the links."""
    series, sessions = programme.open_series(sessions=1)
    with time_machine.travel(timezone.now() - dt.timedelta(days=5)):
        (row,) = enroll(people.ama, series, *sessions)
    Registration.objects.filter(pk=row.pk).update(revision=4)
    files = []
    for address in (people.ama.email, "una@example.org"):
        browser = Client()
        done = register(browser, *sessions, email=address)
        content = browser.get(f"{done}sessions.ics").content.decode().replace("\r\n ", "")
        (token, *_others) = re.findall(r"/join/([^/]+)/", content)
        assert len(token.partition(".")[0]) == 32, "no primary key"
        files.append(content.replace(token, "TOKEN"))
    assert files[0] == files[1]


def test_page_names_the_sessions_without_a_time_that_the_file_omits(client: Client, programme: Programme) -> None:
    series, sessions = programme.open_series(sessions=2)
    later = programme.session(series, 3, days=30, at="", title_en="Grief")
    done = register(client, *sessions, later)
    page = " ".join(client.get(done).content.decode().split())
    assert "Not in the file, because the hour is not set yet: Grief." in page
    assert "Add all 2 to my calendar" in page
    assert len(entries_of(client, done)) == 2


def test_page_has_a_button_to_the_meeting_while_the_room_is_open(client: Client, programme: Programme) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    Session.objects.update(join_url=MEETING)
    pressed = re.compile(r'<a class="btn btn--lamp btn--big" href="(/en/join/[^"]+/enter/)">')
    done = register(client, session)
    assert pressed.findall(client.get(done).content.decode()) == []
    assert session.starts_at is not None
    with time_machine.travel(session.starts_at - dt.timedelta(minutes=5), tick=False):
        done = register(client, session, email="una@example.org")
        (address,) = pressed.findall(client.get(done).content.decode())
        assert client.get(address)["Location"] == MEETING
        assert pressed.findall(Client().get(done).content.decode()) == []


def test_join_page_opened_from_a_form_does_not_display_the_persons_zone(
    client: Client, programme: Programme, people: People
) -> None:
    """Somebody who typed another person's address must not learn where that person lives."""
    _series, sessions = programme.open_series(sessions=1)
    ((_title, link),) = entries_of(client, register(client, *sessions, email=people.ama.email))
    page = client.get(f"/en/{link.partition('/en/')[2]}").content.decode()
    assert Person.objects.get().time_zone == "America/Iqaluit"
    assert "Nunavut" not in page
    assert "ET" in page


@pytest.mark.parametrize("forged", ["0" * 32, "0" * 32 + ".x", "1.x"])
def test_forged_join_link_of_a_form_is_not_found(client: Client, forged: str) -> None:
    assert client.get(f"/en/join/{forged}/").status_code == 404
