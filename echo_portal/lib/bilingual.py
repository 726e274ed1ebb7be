"""Bilingual content: pairs of columns `_en` and `_fr`, of which one attribute returns the appropriate text."""

import re
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("en", "fr")
# Authors type ordinary spaces, after which a line could break before a colon or a percent sign.
_HELD_TOGETHER = re.compile(r" (?=[:;!?»%])|(?<=«) ")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s|$)")
# Parts of a text that are no words: addresses of sites and mailboxes, targets of Markdown links, and code.
# A word is searched from its beginning only, so that a long text without spaces takes no seconds.
_NOT_WORDS = re.compile(r"(\]\([^)\n]{0,2000}\)|`[^`\n]*`|(?<!\S)\S*?(?:://|@|\bwww\.)\S*)")


def french_spaces(text: str) -> str:
    """Return the text with no-break spaces inside « » and before French punctuation."""
    return _HELD_TOGETHER.sub("\u00a0", text)


def typographic(text: str, language: str) -> str:
    """Return the text with ’ for typed apostrophes and, in French, with no-break spaces before punctuation."""
    text = _APOSTROPHE.sub("’", text)
    return french_spaces(text) if language == "fr" else text


def french_as_typed(text: str) -> str:
    """Return a French text that somebody typed with the apostrophes and no-break spaces of French typography.

    Nothing but apostrophes and spaces is changed, and nothing in addresses and code.
    """
    parts = _NOT_WORDS.split(text)
    return "".join(part if at % 2 else typographic(part, "fr") for at, part in enumerate(parts))


def in_language(obj: Any, field: str, language: str) -> tuple[str, str]:
    """Return the text of `field` in `language` or, if it is empty, in the other language, and the text's language."""
    other = "fr" if language == "en" else "en"
    text, written_in = getattr(obj, f"{field}_{language}"), language
    if not text:
        text, written_in = getattr(obj, f"{field}_{other}"), other
    return (french_spaces(text) if written_in == "fr" else text), written_in


def lang_of_name(english: str, french: str, page: str) -> str:
    """Return the `lang` attribute of a name on a page: "en" for a name without a translation on a French page.

    Such a name is the same in both languages, or has no French text.
    """
    return "en" if page == "fr" and english and french in ("", english) else ""


def lang_if_other(written_in: str, page: str) -> str:
    """Return the value of a text's `lang` attribute: its language, or "" if that is the language of the page."""
    return "" if written_in == page else written_in


class Bilingual:
    """A descriptor: `title = Bilingual()` returns `title_en` or `title_fr`, according to the active language.

    If that text is empty, it returns the other one. `words` is the column heading in lists of the administration.
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
    """Return "en" or "fr", also if a variant such as "fr-ca" is active."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"
