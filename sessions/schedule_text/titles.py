"""Find the titles in a schedule without numbers, and the language of a text."""

import dataclasses
import re
from collections.abc import Sequence

from sessions.schedule_text.facts import Facts
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.words import ENGLISH, ENGLISH_FACTS, FRENCH, FRENCH_FACTS

_ACCENTS = re.compile(r"[éèêëàâçùûîïôœ]", re.IGNORECASE)
_EASTERN = re.compile(r"\bET\b")  # the time zone, not the French word
_LOANWORDS = re.compile(r"\b(?:cafés?|résumés?|naïve|clichés?|protégés?|québec|montréal|métis)\b", re.IGNORECASE)
_SLASH = re.compile(r"\s+[/|]\s+")
_DASH = re.compile(r"([^–—]+?)\s+[-–—]\s+([^–—]+)$")
_BRACKETS = re.compile(r"([^()]+?)\s*\(([^()]+)\)$")
_ENGLISH_ENDINGS = re.compile(r"\b\w+(?:ing|ness|ship|ful)\b")


@dataclasses.dataclass(slots=True)
class TitleSide:
    """The positions of titles that have neither a number nor a date, as indices of lines.

    Each of `first_lines` is a title that starts a session. Each of `later_lines` belongs to the session above it,
    although an empty line separates them. `is_uncertain` is true if titles may be above or below their dates.
    """

    first_lines: set[int] = dataclasses.field(default_factory=set)
    later_lines: set[int] = dataclasses.field(default_factory=set)
    is_uncertain: bool = False


def title_lines(lines: Sequence[Facts | None], *, has_numbers: bool) -> TitleSide:
    """Return the positions of the titles, which are above or below lines that contain only a date."""
    side = TitleSide()
    if has_numbers:
        return side
    dates = [index for index, line in enumerate(lines) if line and _is_bare_date(line)]
    if not dates:
        return side
    before = {index: _words_before(lines, index) for index in dates}
    after = {index: _words_after(lines, index) for index in dates}
    if all(not before[index] and not after[index] for index in dates):
        side.later_lines = _words_across_gaps(lines, dates)
        return side
    all_before, all_after = all(before.values()), all(after.values())
    alone = all(_is_alone_in_block(lines, index) for index in dates)
    if all_before and (not all_after or alone or len(dates) == 1):
        side.first_lines = {_first_of_title(lines, words, alone=alone) for words in before.values() if words}
        return side
    if all_before and all_after:
        side.is_uncertain = True
    elif not all_after:  # some titles above, some below their dates: each date has the title in its own block
        side.first_lines = {
            _first_of_title(lines, before[index], alone=True)
            for index in dates
            if before[index] and (_is_alone_in_block(lines, index) or not after[index])
        }
    return side


def language_of(text: str, *, accents: bool = True) -> str:
    """Return the language of a text, "en" or "fr", or "" if it cannot be decided.

    If `accents` is false, accents and endings are no evidence.
    """
    text = _LOANWORDS.sub(" ", _EASTERN.sub(" ", text))
    found = re.findall(r"[a-z]+", plain(text))
    french = sum(word in FRENCH for word in found) + len(re.findall(r"\b[ldcnsj]'", plain(text)))
    french += (2 * len(_ACCENTS.findall(text)) if accents else 0) + text.count("«")
    english = sum(word in ENGLISH for word in found)
    english += len(_ENGLISH_ENDINGS.findall(plain(text))) if accents else 0
    english += len(re.findall(r"'s\b", plain(text)))
    if french == english:
        return ""
    return "fr" if french > english else "en"


def language_of_facts(text: str) -> str:
    """Return the language of months, days of the week and the like in a text, or "" if it has both or neither."""
    found = set(re.findall(r"[a-z]+", plain(text)))
    is_english, is_french = bool(found & ENGLISH_FACTS), bool(found & FRENCH_FACTS)
    return "" if is_english == is_french else "en" if is_english else "fr"


def halves_of(title: str) -> tuple[str, str] | None:
    """Return the texts before and after the slash or bar in the middle of a title, or None."""
    parts = [part.strip() for part in _SLASH.split(title)]
    if len(parts) % 2 or not all(parts):
        return None
    middle = len(parts) // 2
    return " / ".join(parts[:middle]), " / ".join(parts[middle:])


def in_both_languages(text: str) -> tuple[str, str] | None:
    """Return the English and the French title in a text such as "Grief / Le deuil" or "Grief (Le deuil)", or None."""
    halves = [halves_of(text), *(match.groups() for match in (_DASH.match(text), _BRACKETS.match(text)) if match)]
    for first, second in filter(None, halves):
        languages = (language_of(first), language_of(second))
        if languages == ("en", "fr"):
            return first, second
        if languages == ("fr", "en"):
            return second, first
    return None


def _is_bare_date(line: Facts) -> bool:
    return bool(line.dates) and not line.has_text and not line.is_other_date and line.label != "title"


def _is_words(line: Facts | None) -> bool:
    return line is not None and line.has_text and not line.dates and not line.times and line.label in ("", "title")


def _words_before(lines: Sequence[Facts | None], index: int) -> list[int]:
    """Return the indices of the consecutive lines of words directly above a date."""
    found: list[int] = []
    for at in range(index - 1, -1, -1):
        if not _is_words(lines[at]):
            break
        found.insert(0, at)
    return found


def _words_after(lines: Sequence[Facts | None], index: int) -> list[int]:
    found: list[int] = []
    for at in range(index + 1, len(lines)):
        line = lines[at]
        if (
            not found
            and line is not None
            and not line.dates
            and (line.times or line.label not in ("", "title") or not line.has_text)
        ):
            continue
        if not _is_words(line):
            break
        found.append(at)
    return found


def _is_alone_in_block(lines: Sequence[Facts | None], index: int) -> bool:
    """Return whether a date is the only one in its block. Blocks are separated by empty lines."""
    first, last = index, index
    while first > 0 and lines[first - 1] is not None:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1] is not None:
        last += 1
    return sum(bool(line and line.dates and not line.is_other_date) for line in lines[first : last + 1]) == 1


def _first_of_title(lines: Sequence[Facts | None], words: list[int], *, alone: bool) -> int:
    """Return the index of the first line of a title above a date.

    A title has one line, or two lines in two languages. If the date is alone in its block, it has all lines of `words`.
    """
    if len(words) > 1:
        first, second = lines[words[-2]], lines[words[-1]]
        if first and second and {language_of(first.text), language_of(second.text)} == {"en", "fr"}:
            return words[-2]
        if alone:
            return words[0]
    return words[-1]


def _words_across_gaps(lines: Sequence[Facts | None], dates: list[int]) -> set[int]:
    """Return the index of the first line of words after each date, ignoring empty lines.

    Return an empty set if a date has no such line, or if there is only one date.
    """
    found = set()
    for index, following in zip(dates, [*dates[1:], len(lines)], strict=True):
        words = [at for at in range(index + 1, following) if _is_words(lines[at])]
        if not words or len(dates) < 2:
            return set()
        found.add(words[0])
    return found
