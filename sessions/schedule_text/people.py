"""Decide whether words name a person."""

import re

from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.words import COUNTED, ENGLISH, FRENCH, MONTHS, PERSON, WEEKDAYS

_NAME = re.compile(r"[^\W\d_][\w'’.-]*")
_PARTICLES = frozenset(["de", "du", "des", "la", "le", "van", "von", "der", "den", "el", "al"])
_NO_NAMES = (
    ENGLISH | FRENCH | set(COUNTED) | set(MONTHS) | set(WEEKDAYS) | {"part", "partie", "day", "level", "online", "zoom"}
) - _PARTICLES


def names_person(text: str) -> bool:
    """Return whether the text starts with a title such as "Dr." or has a designation such as "RN" after a comma."""
    words = plain(text)
    return bool(PERSON.search(words) or PERSON.search(words.replace(".", "")))


def may_name_person(text: str) -> bool:
    """Return whether the text before the first comma is two to five words that are written like a name."""
    words = [word for word in re.split(r"[,;/&]", text)[0].split() if plain(word) not in _PARTICLES]
    return (
        2 <= len(words) <= 5
        and all(_NAME.fullmatch(word) and word[0].isupper() and plain(word) not in _NO_NAMES for word in words)
        and not all(len(word.strip(".")) > 1 and word.isupper() for word in words)
    )
