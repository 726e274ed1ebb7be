"""Tokens of personal links, and the placeholders that replace them when another person sees the email."""

import dataclasses
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from echo_portal.lib.logs import TOKEN, without_tokens
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import bare_words, follows_unfinished_address


@dataclasses.dataclass
class _Tracker:
    hide: bool
    tokens: dict[str, str] = dataclasses.field(default_factory=dict)


PREFIX = "personal-link"
MOST_ENCODINGS = 4  # an address inside an address is percent-encoded, and may be so again
# Includes any characters typed after it: a placeholder is valid only as a whole.
ANY_PLACEHOLDER = re.compile(rf"{PREFIX}[\w-]*", re.IGNORECASE)

# The closing brace may be missing.
NAME_IN_BRACES = re.compile(r"\{[a-z]+(?:_[a-z]+)*\b\}?")

_tracker: ContextVar[_Tracker | None] = ContextVar("outbox_personal_links", default=None)


def personal(token: str) -> str:
    """Return the token in an email to its owner, or its placeholder in an email that another person sees."""
    tracker = _tracker.get()
    if tracker is None:
        return token
    placeholder = f"{PREFIX}-{hashlib.sha256(token.encode()).hexdigest()[:10]}"
    tracker.tokens[placeholder] = token
    return placeholder if tracker.hide else token


def placeholders_in(words: str) -> list[str]:
    """Return all words with the format of a placeholder, known or not, and names in braces, which are not replaced."""
    return [*ANY_PLACEHOLDER.findall(words), *NAME_IN_BRACES.findall(words)]


def addresses_with(tokens: Collection[str], text: str) -> set[str]:
    """Return the complete addresses in the text that contain one of the tokens or placeholders."""
    return {word for word in bare_words(text) if any(token in word for token in tokens)}


def placeholder_addresses(tokens: Mapping[str, str], text: str) -> set[str]:
    """Return the complete addresses in the text that contain a token, with the placeholder instead of the token.

    `tokens` maps placeholders to tokens.
    """
    addresses = addresses_with(tokens.values(), text)
    for placeholder, token in tokens.items():
        addresses = {address.replace(token, placeholder) for address in addresses}
    return addresses


def misplaced_in(text: str, addresses: Collection[str]) -> list[str]:
    """Return the words that contain a placeholder but are not one of these addresses, such as another URL.

    Return the placeholder itself if it follows another URL that is not finished.
    """
    found = [word for word in bare_words(text) if ANY_PLACEHOLDER.search(word) and word not in addresses]
    return found + [one[0] for one in ANY_PLACEHOLDER.finditer(text) if follows_unfinished_address(text, one.start())]


def written_out_links(text: str) -> list[str]:
    """Return the words with an address of the portal that contains a token, also inside another address.

    Somebody may have copied such an address from an email. Anybody who gets it can act as the person whose link it is.
    """
    host = (urlsplit(settings.SITE_URL).hostname or "").casefold()
    found = []
    for word in bare_words(text):
        decoded = word
        for _encoding in range(MOST_ENCODINGS):
            decoded = unquote(decoded)
        if host in decoded.casefold() and TOKEN.search(decoded):
            found.append(word)
    return found


def check_no_written_out_links(text: str, *, field: str) -> None:
    """Raise Refusal if the text contains somebody's personal link, written out or inside another address."""
    if found := written_out_links(text):
        raise Refusal(
            _("“%(word)s” is a personal link: anybody who has it can act as its owner. Remove it.")
            % {"word": without_tokens(found[0])[:80]},
            code="written-out-link",
            field=field,
        )


@contextmanager
def hidden_tokens() -> Iterator[None]:
    """Within the block, `personal` returns placeholders instead of tokens."""
    with _tracking(hide=True):
        yield


@contextmanager
def collected_tokens() -> Iterator[dict[str, str]]:
    """Within the block, collect the tokens by placeholder, so that they can be inserted into an edited text."""
    with _tracking(hide=False) as tracker:
        yield tracker.tokens


@contextmanager
def _tracking(*, hide: bool) -> Iterator[_Tracker]:
    tracker = _Tracker(hide)
    mark = _tracker.set(tracker)
    try:
        yield tracker
    finally:
        _tracker.reset(mark)
