"""The administration warns before the session of staff ends, and extends it without losing what was typed (ADR 23)."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.models import Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

STAY = reverse("admin:stay")


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def test_button_extends_the_session_and_changes_nothing_else(own: HubRows) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        client = signed_in_client(own.coordinator)
        data = posted_fields(client, address(Session, "change", own[Session].pk)) | {"title_en": "Typed slowly"}
        clock.move_to(now + minutes(26))
        assert client.post(STAY).status_code == 204
        clock.move_to(now + minutes(52))
        assert client.post(STAY).status_code == 204
        clock.move_to(now + minutes(78))
        client.post(address(Session, "change", own[Session].pk), data)
    own[Session].refresh_from_db()
    assert own[Session].title_en == "Typed slowly"


def test_session_that_has_ended_is_not_extended(own: HubRows) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        client = signed_in_client(own.coordinator)
        client.get(reverse("admin:index"))
        clock.move_to(now + minutes(31))
        assert client.post(STAY).status_code == 302


def test_session_of_almost_twelve_hours_says_that_it_cannot_be_extended(own: HubRows) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        client = signed_in_client(own.coordinator)
        client.get(reverse("admin:index"))
        for number in range(1, 29):
            clock.move_to(now + minutes(25 * number))
            answer = client.post(STAY)
        assert answer.status_code == 409


@pytest.mark.parametrize(("language", "words"), [("en", "Stay signed in"), ("fr", "Prolonger ma connexion")])
def test_every_page_has_the_notice_of_its_language(own: HubRows, language: str, words: str) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    page = says(client.get(address(Session, "change", own[Session].pk)))
    assert [words in page, 'data-warns-after="25"' in page, 'data-ends-after="30"' in page] == [True] * 3


def test_page_that_extends_a_staff_session_refuses_strangers_and_get_requests(
    client: Client, own: HubRows, people: People
) -> None:
    assert client.post(STAY).status_code == 302
    client.force_login(people.ama)
    assert client.post(STAY).status_code == 302
    assert signed_in_client(own.coordinator).get(STAY).status_code == 405
