""" "My sessions" links to the page on which a person chooses their news, or to the form for news."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from accounts.models import Person
from tests.news.readers import choices_link, subscribe
from tests.people import People

pytestmark = pytest.mark.django_db

FORM = {"en": "/en/newsletters/#news", "fr": "/fr/infolettres/#news"}
WORDS = {
    "en": ("Change or stop our news by email", "Get our news by email"),
    "fr": ("Modifier ou arrêter nos actualités par courriel", "Recevez nos actualités par courriel"),
}


def news_links(client: Client, person: Person | None = None, language: str = "en") -> list[tuple[str, str]]:
    """Return the links about news in "My sessions", for the signed-in person or for the owner of a personal link."""
    with translation.override(language):
        names = ("my_sessions_link", {"token": token_for(person, MANAGE)}) if person else ("my_sessions", None)
        page = client.get(reverse(names[0], kwargs=names[1])).content.decode()
    details = page.partition('id="det"')[2].partition("</section>")[0]
    links: list[tuple[str, str]] = re.findall(r'<a href="([^"]+)">([^<]+)</a>', details)
    return [link for link in links if link[1] in WORDS[language]]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_my_sessions_leads_subscribers_to_their_choices(people: People, client: Client, language: str) -> None:
    subscribe(people.ama)
    with translation.override(language):
        choices = choices_link(people.ama)
    to_choices = [(choices, WORDS[language][0])]
    assert news_links(client, people.ama, language) == to_choices
    client.force_login(people.ama)
    assert news_links(client, language=language) == to_choices
    assert client.get(choices).status_code == 200


@pytest.mark.parametrize("language", ["en", "fr"])
def test_my_sessions_leads_others_to_the_form_for_news(people: People, client: Client, language: str) -> None:
    subscribe(people.ama)
    to_form = [(FORM[language], WORDS[language][1])]
    assert news_links(client, people.luc, language) == to_form
    client.force_login(people.luc)
    assert news_links(client, language=language) == to_form
    assert 'id="news"' in client.get(FORM[language]).content.decode()


def test_page_of_another_person_has_no_link_about_news(people: People, client: Client) -> None:
    subscribe(people.ama)
    client.force_login(people.luc)
    assert news_links(client, people.ama) == []
    assert news_links(client) == [(FORM["en"], WORDS["en"][1])]
