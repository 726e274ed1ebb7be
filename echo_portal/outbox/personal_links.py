"""Tokens of personal links, and what stands in for them where somebody else reads or edits the letter."""

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
# With all that a hand may have put behind it: a stand-in is right as a whole, or not at all.
ANY_STAND_IN = re.compile(rf"{PREFIX}[\w-]*", re.IGNORECASE)

_seen: ContextVar[_Seen | None] = ContextVar("outbox_personal_links", default=None)


def personal(token: str) -> str:
    """The token itself in a letter to its owner; its stand-in where the letter is shown to somebody else."""
    seen = _seen.get()
    if seen is None:
        return token
    stand_in = f"{PREFIX}-{hashlib.sha256(token.encode()).hexdigest()[:10]}"
    seen.tokens[stand_in] = token
    return stand_in if seen.hide else token


def stand_ins_in(words: str) -> list[str]:
    """Whatever looks like a stand-in, known or not."""
    return ANY_STAND_IN.findall(words)


@contextmanager
def hidden() -> Iterator[None]:
    """Tokens signed inside are replaced by their stand-ins."""
    with _watching(hide=True):
        yield


@contextmanager
def remembered() -> Iterator[dict[str, str]]:
    """Tokens signed inside, by their stand-ins: to put them back into an edited text."""
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
