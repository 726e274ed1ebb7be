"""No French public page contains an English sentence of the translation catalogue."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.builders import Programme
from tests.pages.addresses import addresses, fill
from tests.pages.french import english_only, said
from tests.people import People

pytestmark = pytest.mark.django_db


def test_french_pages_have_no_english_sentence(client: Client, programme: Programme, people: People) -> None:
    content = fill(programme, people.luc)
    here = addresses(content, people.luc, "fr")
    english = english_only()
    assert len(english) > 100
    for name, url in {**here.public, **here.own}.items():
        lines = said(client.get(url).content.decode())
        left = sorted({line for line in lines if line in english})
        assert left == [], name


def test_menu_is_the_same_in_both_languages(client: Client, programme: Programme) -> None:
    """Otherwise, a sentence on another page with the same English words could change the French menu."""
    found = {}
    for language in ("en", "fr"):
        menu = client.get(f"/{language}/").content.decode().partition('<nav class="nav"')[2].partition("</nav>")[0]
        found[language] = [unescape(text).strip() for text in re.findall(r"<a[^>]*>([^<]+)</a>", menu)]
    assert found == {
        "en": ["Sessions", "Library", "Hubs", "About", "Propose an ECHO"],
        "fr": ["Séances", "Bibliothèque", "Carrefours", "À propos", "Proposer un ECHO"],
    }


def test_english_sentences_are_found_on_english_pages(client: Client, programme: Programme, people: People) -> None:
    """Control: the same search finds such sentences on English pages."""
    content = fill(programme, people.ama)
    lines = said(client.get(addresses(content, people.ama, "en").public["home"]).content.decode())
    assert len(english_only().intersection(lines)) > 5
