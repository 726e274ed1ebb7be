"""Split a text into lines, and normalize lines for searching.

Normalization replaces each character by exactly one, so positions are the same in both forms of a line.
"""

import csv
import functools
import re
import unicodedata

MOST_CHARACTERS = 200_000
MOST_LINES = 4_000
LONGEST_LINE = 4_000

_BULLET = re.compile(r"^[\s>]*(?:#+\s|[•·●▪‣◦○■□➢➤✓✔*–—-]|\u2022|o(?=\t))\s*")
_QUOTED = re.compile(r'^"[^"\r\n]*"(?:,"[^"\r\n]*")+$', re.MULTILINE)  # rows of a CSV file
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1b\x1f\x7f]")
_SINGLE = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "ᵉ": "e", "ʳ": "r", "ᵒ": "o", "º": "o", "°": "o", "ª": "a"}


class TooLongError(ValueError):
    """Raised for a text that is too long. `limit` is the largest number allowed.

    `what` is "characters" or "lines" for a limit of the text, or "line" for the characters in a line.
    """

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what, limit)
        self.what = what
        self.limit = limit


def split_lines(text: str) -> list[str]:
    """Return the lines without invisible characters and trailing spaces, with tabs between the cells of a CSV file.

    Raises TooLongError for a text over the limits.
    """
    if len(text) > MOST_CHARACTERS:
        raise TooLongError("characters", MOST_CHARACTERS)
    text = _QUOTED.sub(lambda row: "\t".join(next(csv.reader([row.group()]))), text)
    lines = [_INVISIBLE.sub("", line).rstrip() for line in _LINE_ENDS.split(text)]
    if len(lines) > MOST_LINES:
        raise TooLongError("lines", MOST_LINES)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise TooLongError("line", LONGEST_LINE)
    return lines


def without_bullet(line: str) -> str:
    """Return the line without a bullet, heading or quotation mark at the start, and without Markdown for bold text."""
    line = line.replace("**", "").replace("__", "")
    bare = _BULLET.sub("", line, count=1)
    return bare.strip() or line.strip()


def plain(text: str) -> str:
    """Return the text in lower case without accents, with ASCII dashes, quotation marks and spaces.

    The result has the same length as the text.
    """
    return "".join(map(_plain_character, text))


@functools.lru_cache(maxsize=2048)
def _plain_character(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    if character == "\t":
        return character
    category = unicodedata.category(character)
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    base = unicodedata.normalize("NFD", character)[0]
    lower = base.lower()
    return lower if len(lower) == 1 else base


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with each character in the spans replaced by NUL."""
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text
