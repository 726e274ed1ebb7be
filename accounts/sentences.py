"""Convert audit events to sentences. The administration, which knows the events of all apps, provides the function."""

from collections.abc import Callable
from typing import Any

SentenceOf = Callable[[str, dict[str, Any]], str]
_provided: list[SentenceOf] = []


def provide_event_sentences(sentence_of: SentenceOf) -> None:
    """Set the function that `event_sentence` calls. The administration calls this when it is ready."""
    _provided[:] = [sentence_of]


def event_sentence(verb: str, details: dict[str, Any]) -> str:
    """Return the sentence for an event, in the active language."""
    (sentence_of,) = _provided
    return sentence_of(verb, details)
