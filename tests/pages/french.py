"""Find English sentences of the translation catalogue in a French page."""

from __future__ import annotations

import functools
import re
from html import unescape
from pathlib import Path

import polib
from django.utils.html import strip_tags

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]", re.IGNORECASE)
SHORTEST = 8  # characters; short words such as "Menu" are the same in both languages


@functools.cache
def english_only() -> frozenset[str]:
    """Return the parts of English sentences, split at placeholders and tags, that do not occur in their translation."""
    pieces: set[str] = set()
    for entry in polib.pofile(str(CATALOGUE)):
        french = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            for piece in PLACEHOLDER.split(strip_tags(text)):
                words = " ".join(piece.split())
                if len(words) >= SHORTEST and " " in words and words not in french:
                    pieces.add(words)
    return frozenset(pieces)


def said(page: str) -> list[str]:
    """Return the lines of a page's text, including labels for screen readers, except parts marked as English."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<(?!html)(\w+)\b[^>]*\blang="en[^"]*"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|alt|title|placeholder|content)="([^"]+)"', page)
    texts = re.split(r"<[^>]+>", page)
    return [" ".join(unescape(text).split()) for text in [*texts, *attributes] if text.strip()]
