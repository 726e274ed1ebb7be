"""The words of a query: folded for comparing, and marked in the texts that results display."""

import functools
import re
from collections.abc import Sequence

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from echo_portal.lib.text import fold, single_line

LONGEST_QUERY, MOST_WORDS, LONGEST_WORD = 200, 12, 40
EXCERPT_LENGTH = 220
# Characters that words with the same stem can differ by at their end, such as "managing" and "management".
ENDING = 3
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~\u0080-\u00bf\u2000-\u206f]+")
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~\u0080-\u00bf\u2000-\u206f]+")


def plain(text: str) -> str:
    """Return the folded text with single spaces instead of punctuation, as the SQL function `search_plain` does."""
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip()


def words_of(typed: str) -> list[str]:
    """Return the distinct folded words of a query, at most `MOST_WORDS`, truncated to `LONGEST_WORD` characters."""
    words = (word[:LONGEST_WORD] for word in plain(single_line(typed[:LONGEST_QUERY])).split())
    return list(dict.fromkeys(words))[:MOST_WORDS]


def highlighted(text: str, words: Sequence[str]) -> SafeString:
    """Return the text as HTML with the words of the query in <mark>, whatever their accents and endings."""
    if not words:
        return conditional_escape(text)
    html, end = SafeString(""), 0
    for found in _WORD.finditer(text):
        if _is_one_of(found.group(), words):
            html += format_html("{}<mark>{}</mark>", text[end : found.start()], found.group())
            end = found.end()
    return html + conditional_escape(text[end:])


def excerpt(text: str, words: Sequence[str]) -> str:
    """Return about `EXCERPT_LENGTH` characters around the first word of the query, or the beginning of the text."""
    text = single_line(text)
    if len(text) <= EXCERPT_LENGTH:
        return text
    first = next((found.start() for found in _WORD.finditer(text) if _is_one_of(found.group(), words)), 0)
    start = text.rfind(" ", 0, max(first - EXCERPT_LENGTH // 3, 0)) + 1
    end = text.rfind(" ", start, start + EXCERPT_LENGTH)
    piece = text[start : end if end > start else start + EXCERPT_LENGTH]
    return f"{'… ' if start else ''}{piece}{' …' if start + len(piece) < len(text) else ''}"


def _is_one_of(token: str, words: Sequence[str]) -> bool:
    folded = _folded(token)
    return any(_have_one_stem(folded, word) for word in words)


@functools.lru_cache(maxsize=8192)
def _folded(token: str) -> str:
    return plain(token)


def _have_one_stem(one: str, other: str) -> bool:
    """Return whether a word of a text equals a word of the query, has another ending, or begins with it."""
    if one == other or (len(other) > 4 and one.startswith(other)):
        return True
    shared = min(len(one), len(other))
    stem = max(shared - ENDING, 4)
    return shared > 4 and abs(len(one) - len(other)) <= ENDING + 1 and one[:stem] == other[:stem]
