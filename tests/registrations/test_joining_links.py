"""The page of a joining link while the meeting cannot be joined."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from echo_portal.lib.text import masked
from registrations.actions import leave_session
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(programme: Programme, people: People) -> Registration:
    series, (session,) = programme.open_series(sessions=1)
    (row,) = enroll(people.ama, series, session)
    return row


def answers(client: Client, place: Registration) -> tuple[int, str, str]:
    """Return status and text of the joining page, and the URL to which the button redirects."""
    token = {"token": join_token(place)}
    page = client.get(reverse("join", kwargs=token))
    return page.status_code, page.content.decode(), client.get(reverse("enter", kwargs=token))["Location"]


def test_join_page_says_that_the_room_is_not_open_yet(client: Client, place: Registration) -> None:
    status, page, way = answers(client, place)
    assert (status, "Not open yet" in page, way) == (200, True, reverse("join", kwargs={"token": join_token(place)}))


def test_join_page_says_whose_link_it_is(client: Client, place: Registration, people: People) -> None:
    Session.objects.filter(pk=place.session_id).update(join_url="https://zoom.us/j/1")
    assert place.session.starts_at is not None
    with time_machine.travel(place.session.starts_at, tick=False):
        page = client.get(reverse("join", kwargs={"token": join_token(place)})).content.decode()
    assert f"This link belongs to {masked(people.ama.email)}. Not you?" in page
    assert people.ama.email not in page


@pytest.mark.parametrize(
    ("by_hub", "sentence"),
    [(False, "You gave this place back."), (True, "The hub gave back your place")],
)
def test_join_page_of_a_place_that_was_given_back_has_status_410(
    client: Client, people: People, place: Registration, by_hub: bool, sentence: str
) -> None:
    leave_session(registration=place, by=people.staff if by_hub else people.ama)
    status, page, way = answers(client, place)
    assert (status, sentence in page, way) == (410, True, reverse("join", kwargs={"token": join_token(place)}))


def test_join_page_of_a_closed_account_has_status_410(client: Client, people: People, place: Registration) -> None:
    Person.objects.filter(pk=people.ama.pk).update(is_active=False)
    status, page, way = answers(client, place)
    assert (status, "This account is closed." in page) == (410, True)
    assert way == reverse("join", kwargs={"token": join_token(place)})


def test_telephone_number_on_the_join_page_is_a_link(client: Client, place: Registration) -> None:
    Session.objects.filter(pk=place.session_id).update(join_telephone="+1 647 374 4685, code 123456#")
    page = client.get(reverse("join", kwargs={"token": join_token(place)})).content.decode()
    assert '<a href="tel:+16473744685">+1 647 374 4685</a>, code 123456#' in page
