"""Bilingual content: pairs of `_en` and `_fr` columns that one attribute returns."""

import re
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("en", "fr")
# Authors type ordinary spaces, after which a line could break before a colon or a percent sign.
_HELD_TOGETHER = re.compile(r" (?=[:;!?»%])|(?<=«) ")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s|$)")


def french_spaces(text: str) -> str:
    """Replace the spaces inside « » and before French punctuation with no-break spaces."""
    return _HELD_TOGETHER.sub("\u00a0", text)


def typographic(text: str, language: str) -> str:
    """Replace typed apostrophes with ’ and, in French, spaces before punctuation with no-break spaces."""
    text = _APOSTROPHE.sub("’", text)
    return french_spaces(text) if language == "fr" else text


def in_language(obj: Any, field: str, language: str) -> tuple[str, str]:
    """Return a text and its language: that of `field` in `language`, or the other language's if it is missing."""
    other = "fr" if language == "en" else "en"
    text, written_in = getattr(obj, f"{field}_{language}"), language
    if not text:
        text, written_in = getattr(obj, f"{field}_{other}"), other
    return (french_spaces(text) if written_in == "fr" else text), written_in


def lang_if_other(written_in: str, page: str) -> str:
    """Return the `lang` attribute of a text: its language, or "" if it is that of the page."""
    return "" if written_in == page else written_in


class Bilingual:
    """Descriptor: `title = Bilingual()` returns `title_en` or `title_fr` by the active language, or the other if empty.

    `words` is the column heading in lists of the administration.
    """

    def __init__(self, words: Any = "") -> None:
        if words:
            self.short_description = words

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> str:
        if instance is None:
            return self  # type: ignore[return-value]
        return in_language(instance, self.name, active_language())[0]


def active_language() -> str:
    """Return "en" or "fr" for the active language or variant."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"
