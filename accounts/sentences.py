"""The sentences of audit events. The administration, which knows the events of every room, provides them."""

from collections.abc import Callable
from typing import Any

SentenceOf = Callable[[str, dict[str, Any]], str]
_provided: list[SentenceOf] = []


def provide_event_sentences(sentence_of: SentenceOf) -> None:
    """Use this function from now on; called when the administration is ready."""
    _provided[:] = [sentence_of]


def event_sentence(verb: str, details: dict[str, Any]) -> str:
    """Return the sentence for an event in the active language."""
    (sentence_of,) = _provided
    return sentence_of(verb, details)
