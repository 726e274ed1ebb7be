"""Comments that a report may contain: those from sessions with at least five answers (ADR 24)."""

import dataclasses
import datetime as dt
import hashlib
from typing import Any

from echo_portal.lib.bilingual import LANGUAGES, in_language
from echo_portal.reports.selection import Selection
from evaluations.models import Question
from evaluations.queries.results import comments, rates_of


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A comment that may be chosen. `key` is computed from its text and identifies neither a sheet nor a person."""

    key: str
    question: Question
    text: str


def candidates(selection: Selection, now: dt.datetime) -> list[Candidate]:
    """Return the comments by question, sorted by key within a question.

    A text that occurs several times is returned once.
    """
    found: dict[str, Candidate] = {}
    for question, texts in comments(rates_of(selection.session_ids, named=False), now):
        rows = (Candidate(_key(question, text), question, text) for text in texts)
        found |= {row.key: row for row in sorted(rows, key=lambda row: row.key)}
    return list(found.values())


def chosen(candidate: Candidate, *, text: str, language: str, translation: str, is_shortened: bool) -> dict[str, Any]:
    """Return the comment in the format in which a report stores it. Words that were left out are not stored."""
    return {
        "key": candidate.key,
        "question": {one: in_language(candidate.question, "text", one)[0] for one in LANGUAGES},
        "text": text,
        "language": language,
        "translation": translation,
        "shortened": is_shortened,
    }


def _key(question: Question, text: str) -> str:
    return hashlib.sha256(f"{question.pk} {text}".encode()).hexdigest()[:16]
