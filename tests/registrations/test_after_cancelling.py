"""Cancelling says only what is true, and the message beside it leads back to the session."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.links import MANAGE, token_for
from accounts.models import Person
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

NEXT = {"en": "Your place goes to the next person", "fr": "Votre place va à la personne suivante"}
FREE = {"en": "Your place becomes free", "fr": "Votre place se libère"}
LEFT = {"en": "You’ve left “Series small”.", "fr": "Vous avez quitté la série « Série small »."}
WAIT = {"en": "Join the waiting list", "fr": "S’inscrire à la liste d’attente"}
AGAIN = {"en": "Join again", "fr": "Me réinscrire"}
KEEP = {"en": "you keep your place where places are limited", "fr": "là où le nombre de places est limité"}
IF_PLACE = {"en": "If you get a place, we then remind you", "fr": "Si une place vous revient, nous vous rappellerons"}


def words_of(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def leave_url(row: Registration) -> str:
    values = {"token": token_for(row.person, MANAGE), "registration": row.public_id}
    return reverse("leave_session", kwargs=values)


@pytest.fixture
def small(programme: Programme) -> Session:
    return programme.session(programme.series("small"), 1, capacity=1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_place_goes_to_the_next_person_only_if_somebody_waits(
    client: Client, small: Session, people: People, language: str
) -> None:
    (row,) = enroll(people.ama, small.series, small)
    found = []
    for _waiting in range(2):
        with override(language):
            page = words_of(client.get(leave_url(row)))
        found.append((NEXT[language] in page, FREE[language] in page))
        enroll(people.luc, small.series, small)
    assert found == [(False, True), (True, False)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_series_left_without_a_place_counts_no_places(
    client: Client, small: Session, people: People, language: str
) -> None:
    (row,) = enroll(people.ama, small.series, small, whole=True)
    client.post(leave_url(row))
    with override(language):
        page = reverse("leave_series", kwargs={"token": token_for(people.ama, MANAGE), "slug": "small"})
        answer = words_of(client.post(page, follow=True))
    assert f"<p>{LEFT[language]}</p>" in answer


@pytest.mark.parametrize("language", ["en", "fr"])
def test_message_leads_to_the_button_that_joins_again(
    client: Client, small: Session, people: People, language: str
) -> None:
    (row,) = enroll(people.ama, small.series, small)
    with override(language):
        answer = words_of(client.post(leave_url(row), follow=True))
        link = re.search(rf'<p>[^<]*<a href="([^"]*)">{AGAIN[language]}</a></p>', answer)
        assert link is not None
        page = words_of(client.get(link[1]))
    button = re.search(r'action="([^"]*)">(?:(?!</form>).)*<button class="btn btn--secondary"', page)
    assert button is not None
    client.post(button[1])
    assert Registration.objects.get().state == Registration.State.REGISTERED


@pytest.mark.parametrize("language", ["en", "fr"])
def test_message_to_a_person_who_waited_leads_to_the_waiting_list(
    client: Client, small: Session, people: People, language: str
) -> None:
    enroll(people.luc, small.series, small)
    (row,) = enroll(people.ama, small.series, small)
    with override(language):
        answer = words_of(client.post(leave_url(row), follow=True))
    assert re.findall(r'<p>[^<]*<a href="[^"]*">([^<]*)</a></p>', answer)[:1] == [WAIT[language]]


def test_place_that_the_hub_took_has_the_button_too(client: Client, small: Session, people: People) -> None:
    (row,) = enroll(people.ama, small.series, small)
    client.post(leave_url(row))
    shown = ["/return/" in words_of(client.get(leave_url(row)))]
    Registration.objects.filter(pk=row.pk).update(cancelled_by=people.luc)
    shown.append("/return/" in words_of(client.get(leave_url(row))))
    assert shown == [True, True]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_person_who_only_waits_reads_nothing_about_keeping_a_place(
    client: Client, small: Session, people: People, language: str
) -> None:
    both = people.luc, people.ama
    Person.objects.update(mailbox_proved_at=None)
    found = []
    for person in both:
        enroll(person, small.series, small, signed_in=False)
        token = token_for(person, MANAGE)
        with override(language):
            for name in ("my_sessions_link", "confirm_address"):
                page = words_of(client.get(reverse(name, kwargs={"token": token})))
                found.append((KEEP[language] in page, IF_PLACE[language] in page))
    assert found == [(True, False), (True, False), (False, True), (False, True)]


def test_place_in_a_cancelled_session_is_not_counted(
    client: Client, small: Session, programme: Programme, people: People
) -> None:
    other = programme.session(small.series, 2)
    enroll(people.luc, small.series, small)
    enroll(people.ama, small.series, small, other)
    Person.objects.update(mailbox_proved_at=None)
    url = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
    found = [IF_PLACE["en"] in words_of(client.get(url))]
    Session.objects.filter(pk=other.pk).update(state=Session.State.CANCELLED)
    found.append(IF_PLACE["en"] in words_of(client.get(url)))
    assert found == [False, True]
