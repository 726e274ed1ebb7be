"""The page that confirms a form, after places were given back or sessions were cancelled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Person
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

ADDRESS = "elodie@example.org"


@pytest.fixture
def sessions(programme: Programme) -> list[Session]:
    _series, rows = programme.open_series(sessions=2)
    Session.objects.filter(pk=rows[0].pk).update(title_en="Grief", title_fr="Deuil")
    Session.objects.filter(pk=rows[1].pk).update(title_en="Pain", title_fr="Douleur")
    return rows


def register(client: Client, *chosen: Session, email: str = ADDRESS) -> str:
    sent = form(sessions=[row.pk for row in chosen], email=email)
    return str(client.post(reverse("register", kwargs={"slug": "psw-cop"}), sent)["Location"])


def page_of(client: Client, done: str) -> str:
    """Return the page with single spaces."""
    return " ".join(client.get(done).content.decode().split())


def in_file(client: Client, done: str) -> list[str]:
    entries = Calendar.from_ical(client.get(f"{done}sessions.ics").content).events
    return [f"{entry['summary']} {entry['status']}" for entry in entries]


def give_back(session: Session, email: str = ADDRESS) -> None:
    row = Registration.objects.get(session=session, person__email=email)
    actions.leave_session(registration=row, by=row.person)


def test_place_given_back_is_left_out_of_the_page_and_its_file(client: Client, sessions: list[Session]) -> None:
    done = register(client, *sessions)
    assert "We’ve received your registration for 2 sessions" in page_of(client, done)
    give_back(sessions[0])
    page = page_of(client, done)
    assert "We’ve received your registration for one session" in page
    assert ("Grief" in page, "Pain" in page, "Add it to my calendar" in page) == (False, True, True)
    assert in_file(client, done) == ["Pain CONFIRMED"]


def test_page_says_that_nothing_remains_of_the_form(client: Client, sessions: list[Session]) -> None:
    done = register(client, sessions[0])
    give_back(sessions[0])
    page = page_of(client, done)
    assert "This registration was cancelled" in page
    hidden = ("Grief", "Add it to my calendar", "joining links", "What you chose", "What happens next")
    assert [words for words in hidden if words in page] == []
    assert in_file(client, done) == []
    assert "Cette inscription a été annulée" in page_of(client, done.replace("/en/registered/", "/fr/inscrit/"))


def test_other_browsers_do_not_learn_that_a_place_was_given_back(
    client: Client, sessions: list[Session], people: People
) -> None:
    done = register(client, *sessions)
    other, colleague = Client(), Client()
    colleague.force_login(people.ama)
    before = [(page_of(browser, done), in_file(browser, done)) for browser in (other, colleague)]
    give_back(sessions[0])
    after = [(page_of(browser, done), in_file(browser, done)) for browser in (other, colleague)]
    assert [files for _page, files in after] == [files for _page, files in before]
    assert all("for 2 sessions" in page and "Grief" in page for page, _files in after)


def test_signed_in_person_sees_their_places_in_another_browser(
    client: Client, sessions: list[Session], people: People
) -> None:
    done = register(client, *sessions, email=people.luc.email)
    give_back(sessions[0], people.luc.email)
    browser = Client()
    browser.force_login(people.luc)
    assert "Grief" not in page_of(browser, done)
    assert in_file(browser, done) == ["Pain CONFIRMED"]


def test_session_cancelled_by_the_hub_is_marked(client: Client, sessions: list[Session]) -> None:
    done = register(client, *sessions)
    assert "Cancelled" not in page_of(client, done)
    Session.objects.filter(pk=sessions[0].pk).update(state=Session.State.CANCELLED)
    page = page_of(client, done)
    assert page.count('<span class="tag tag--warn">Cancelled</span>') == 1
    assert ("Add it to my calendar" in page, "Add all 2" in page) == (True, False)
    assert page.index("Your next session") < page.index("Pain") < page.index("Grief"), "the card names the other one"


def test_person_who_came_back_to_a_full_session_is_on_the_waiting_list(
    client: Client, sessions: list[Session], people: People
) -> None:
    Session.objects.filter(pk=sessions[0].pk).update(capacity=1)
    done = register(client, *sessions)
    enroll(people.ama, sessions[0].series, sessions[0])
    give_back(sessions[0])
    enroll(Person.objects.get(email=ADDRESS), sessions[0].series, sessions[0])
    page = page_of(client, done)
    assert "Waiting list: you are number 1" in page
    assert in_file(client, done) == ["Pain CONFIRMED"]


def test_promoted_person_sees_their_place_only_after_signing_in(
    client: Client, sessions: list[Session], people: People
) -> None:
    """Without signing in, the page must not reveal whether the address was registered before."""
    Session.objects.filter(pk=sessions[0].pk).update(capacity=1)
    enroll(people.ama, sessions[0].series, sessions[0])
    done = register(client, *sessions, email=people.luc.email)
    give_back(sessions[0], people.ama.email)
    assert "Waiting list: you are number 1" in page_of(client, done)
    client.force_login(people.luc)
    page = page_of(client, done)
    assert ("Waiting list" in page, "for 2 sessions" in page) == (False, True)


def test_place_that_expired_is_not_revealed_to_the_sender(client: Client, sessions: list[Session]) -> None:
    """The time at which it expires depends on the first form of the address."""
    done = register(client, *sessions)
    now = timezone.now() + dt.timedelta(minutes=5)
    Registration.objects.filter(session=sessions[0]).update(
        state=Registration.State.CANCELLED, cancelled_at=now, cancelled_by=None
    )
    assert "for 2 sessions" in page_of(client, done)
