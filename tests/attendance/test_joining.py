"""Pressing one's own Join button is evidence. Opening the link is not, because mail scanners open links."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from attendance.models import JoinClick
from registrations.links import form_join_token, join_token
from registrations.models import Registration
from tests.attendance.held_session import HeldSession
from tests.tables import checksums

MEETING = "https://us02web.zoom.us/j/81200000003?pwd=x"


@pytest.fixture
def place(held: HeldSession) -> Iterator[Registration]:
    """Yield Ama's registration, with the clock set to five minutes before the session."""
    held.session.join_url = MEETING
    held.session.save()
    assert held.session.starts_at is not None
    with time_machine.travel(held.session.starts_at - dt.timedelta(minutes=5), tick=False):
        yield held.ama.registrations.select_related("session").get()


def at(name: str, token: str) -> str:
    return reverse(name, kwargs={"token": token})


def test_press_of_the_button_is_saved_and_redirects_to_the_meeting(client: Client, place: Registration) -> None:
    answer = client.post(at("enter", join_token(place)))
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (303, MEETING, "no-referrer")
    click = JoinClick.objects.get()
    assert place.session.starts_at is not None
    assert (click.registration, click.times) == (place, 1)
    assert click.first_at == place.session.starts_at - dt.timedelta(minutes=5)


def test_opening_the_link_does_not_count_as_attendance(client: Client, place: Registration) -> None:
    before = checksums()
    for method in (client.get, client.head):
        assert method(at("join", join_token(place))).status_code == 200
        assert method(at("enter", join_token(place)))["Location"] == MEETING
    assert checksums() == before


def test_press_on_the_page_of_a_form_does_not_count_as_attendance(client: Client, place: Registration) -> None:
    """The person who filled in the form with this address may not be its owner."""
    answer = client.post(at("enter", form_join_token(place)))
    assert (answer["Location"], JoinClick.objects.count()) == (MEETING, 0)


def test_press_while_the_room_is_closed_is_not_saved(client: Client, place: Registration) -> None:
    assert place.session.ends_at is not None
    with time_machine.travel(place.session.ends_at + dt.timedelta(minutes=1), tick=False):
        answer = client.post(at("enter", join_token(place)))
    assert answer["Location"] == at("join", join_token(place))
    assert not JoinClick.objects.exists()


def test_page_allows_its_button_to_redirect_only_to_the_provider(client: Client, place: Registration) -> None:
    policy = client.get(at("join", join_token(place)))["Content-Security-Policy"]
    (allowed,) = (part.strip() for part in policy.split(";") if part.strip().startswith("form-action"))
    assert allowed == "form-action 'self' https://us02web.zoom.us https://zoom.us https://*.zoom.us"


def test_forged_link_is_not_found(client: Client, place: Registration) -> None:
    assert client.post(at("enter", join_token(place)[:-1] + "x")).status_code == 404
    assert not JoinClick.objects.exists()
