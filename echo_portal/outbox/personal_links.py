"""Tokens of personal links, and the placeholders shown where a person other than the recipient reads an email."""

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


@dataclasses.dataclass
class _Seen:
    hide: bool
    tokens: dict[str, str] = dataclasses.field(default_factory=dict)


PREFIX = "personal-link"
# Includes any characters typed behind it: a placeholder is valid as a whole or not at all.
ANY_STAND_IN = re.compile(rf"{PREFIX}[\w-]*", re.IGNORECASE)

_seen: ContextVar[_Seen | None] = ContextVar("outbox_personal_links", default=None)


def personal(token: str) -> str:
    """Return the token in an email to its owner, or its placeholder where another person reads the email."""
    seen = _seen.get()
    if seen is None:
        return token
    stand_in = f"{PREFIX}-{hashlib.sha256(token.encode()).hexdigest()[:10]}"
    seen.tokens[stand_in] = token
    return stand_in if seen.hide else token


def stand_ins_in(words: str) -> list[str]:
    """Return everything that looks like a placeholder, known or not."""
    return ANY_STAND_IN.findall(words)


@contextmanager
def hidden() -> Iterator[None]:
    """Replace tokens that are signed inside with their placeholders."""
    with _watching(hide=True):
        yield


@contextmanager
def remembered() -> Iterator[dict[str, str]]:
    """Collect tokens that are signed inside by their placeholders, to insert them into an edited text."""
    with _watching(hide=False) as seen:
        yield seen.tokens


@contextmanager
def _watching(*, hide: bool) -> Iterator[_Seen]:
    seen = _Seen(hide)
    mark = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(mark)
