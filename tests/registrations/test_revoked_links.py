"""The page of a revoked personal link says that the link was revoked, and what to do.

The page of an incomplete link says that the link is incomplete.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actions import revoke_links
from accounts.links import FEED, MANAGE, token_for
from accounts.models import Person
from tests.people import People

pytestmark = pytest.mark.django_db

OFF = {"en": "This link was switched off", "fr": "Ce lien a été désactivé"}
INCOMPLETE = {"en": "the address may be incomplete", "fr": "l’adresse est incomplète"}


@pytest.mark.parametrize("view", ["my_sessions_link", "confirm_address", "subscribe", "feed"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_revoked_link_says_that_it_was_switched_off(client: Client, people: People, view: str, language: str) -> None:
    token = token_for(people.ama, FEED if view == "feed" else MANAGE)

    def shown(token: str) -> tuple[int, bool, bool]:
        with translation.override(language):
            answer = client.get(reverse(view, kwargs={"token": token}))
        page = answer.content.decode()
        return answer.status_code, OFF[language] in page, INCOMPLETE[language] in page

    assert shown(token) == (200, False, False)
    revoke_links(person=people.ama, by=people.ama)
    assert shown(token) == (410, True, False)
    assert shown(token[:-3]) == (404, False, True)
    assert shown("x" * 300) == (404, False, True)


def test_link_of_a_closed_or_deleted_account_has_the_page_of_a_revoked_link(client: Client, people: People) -> None:
    """The page must not reveal whether the person still exists."""
    links = {}
    for person in (people.ama, people.luc, people.stranger):
        links[person.pk] = reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})
    revoke_links(person=people.ama, by=people.ama)
    Person.objects.filter(pk=people.luc.pk).update(is_active=False)
    Person.objects.filter(pk=people.stranger.pk).delete()
    answers = [client.get(link) for link in links.values()]
    assert [answer.status_code for answer in answers] == [410] * 3
    pages = {answer.content.decode().split("<main")[1] for answer in answers}
    assert len(pages) == 1
