"""No French public page contains an English sentence of the translation catalogue."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.utils.html import strip_tags

from tests.builders import Programme
from tests.pages.addresses import addresses, fill
from tests.people import People

pytestmark = pytest.mark.django_db

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]", re.IGNORECASE)
SHORTEST = 8  # characters; short words such as "Menu" are the same in both languages


def english_only() -> set[str]:
    """Return the parts of English sentences, split at placeholders and tags, that are not in their translation."""
    pieces: set[str] = set()
    for entry in polib.pofile(str(CATALOGUE)):
        french = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            for piece in PLACEHOLDER.split(strip_tags(text)):
                words = " ".join(piece.split())
                if len(words) >= SHORTEST and " " in words and words not in french:
                    pieces.add(words)
    return pieces


def said(page: str) -> list[str]:
    """Return the lines of a page's text, including labels for screen readers, without parts marked as English."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<(?!html)(\w+)\b[^>]*\blang="en[^"]*"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|alt|title|placeholder|content)="([^"]+)"', page)
    texts = re.split(r"<[^>]+>", page)
    return [" ".join(unescape(text).split()) for text in [*texts, *attributes] if text.strip()]


def test_french_pages_have_no_english_sentence(client: Client, programme: Programme, people: People) -> None:
    content = fill(programme, people.luc)
    here = addresses(content, people.luc, "fr")
    english = english_only()
    assert len(english) > 100
    for name, url in {**here.public, **here.own}.items():
        lines = said(client.get(url).content.decode())
        left = sorted({line for line in lines if line in english})
        assert left == [], name


def test_english_sentences_are_found_on_english_pages(client: Client, programme: Programme, people: People) -> None:
    """Control: the same search finds such sentences on English pages."""
    content = fill(programme, people.ama)
    lines = said(client.get(addresses(content, people.ama, "en").public["home"]).content.decode())
    assert len(english_only().intersection(lines)) > 5
