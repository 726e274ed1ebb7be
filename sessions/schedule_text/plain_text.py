"""Split a text into lines, and normalize lines for searching.

Normalization replaces each character by exactly one, so positions are the same in both forms of a line.
"""

import functools
import re
import unicodedata

MOST_CHARACTERS = 200_000
MOST_LINES = 4_000
LONGEST_LINE = 4_000

_BULLET = re.compile(r"^[\s>]*(?:#+(?!\t)\s|[•·●▪‣◦○■□➢➤✓✔*–—-]|\u2022|o(?=\t|\s{2}))\s*")
_LINK = re.compile(r"\[([^\[\]]*)\]\((https?://[^()\s]+)\)")
_ESCAPED = re.compile(r"\\([*_#\[\]()~`.!|+>-])")
# An ISO date with a time, such as 2027-03-05T12:00, 20270305T170000Z or 2027-03-05T12:00-05:00
_MOMENT = (
    r"(?P<{0}year>(?:19|20)\d\d)(?P<{0}dash>-?)(?P<{0}month>\d\d)(?P={0}dash)(?P<{0}day>\d\d)[Tt]"
    r"(?P<{0}hour>[012]\d):?(?P<{0}minute>[0-5]\d)(?::?[0-5]\d(?:[.,]\d+)?)?(?P<{0}offset>[Zz]|[+-]\d\d:?\d\d)?(?!\d|:\d|[+-]\d\d:)"
)
_MOMENTS = re.compile(
    rf"(?<![\d-]){_MOMENT.format('a_')}(?:\s*(?:/|-|–|—|to|until|à|a|au)\s*{_MOMENT.format('b_')})?", re.IGNORECASE
)
# A link in a spreadsheet, whose quotation marks are doubled in a cell of a CSV file
_FORMULA = re.compile(r'=HYPERLINK\(\s*"{1,2}([^"]*)"{1,2}\s*[;,]\s*"{1,2}([^"]*)"{1,2}\s*\)', re.IGNORECASE)
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
    """Return the lines without invisible characters and trailing spaces, with ISO times such as T12:00 as words.

    Raises TooLongError for a text over the limits.
    """
    if len(text) > MOST_CHARACTERS:
        raise TooLongError("characters", MOST_CHARACTERS)
    text = _FORMULA.sub(r"\2 \1", _INVISIBLE.sub("", text))
    lines = [_MOMENTS.sub(_in_words, line.rstrip()) for line in _LINE_ENDS.split(text)]
    if len(lines) > MOST_LINES:
        raise TooLongError("lines", MOST_LINES)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise TooLongError("line", LONGEST_LINE)
    return lines


def _in_words(match: re.Match[str]) -> str:
    """Return "2027-03-05 12:00 UTC-05:00" for an ISO time, and "2027-03-05 12:00-13:00" for two on one day."""
    first, second = _moment(match, "a_"), _moment(match, "b_")
    if match["b_hour"] is None:
        return " ".join(filter(None, first))
    if first[0] == second[0] and second[2] in ("", first[2]):
        return " ".join(filter(None, (first[0], f"{first[1]}-{second[1]}", first[2])))
    return f"{' '.join(filter(None, first))} / {' '.join(filter(None, second))}"


def _moment(match: re.Match[str], name: str) -> tuple[str, str, str]:
    """Return the date, the time and the offset of an ISO time."""
    day = "-".join(match[name + part] or "" for part in ("year", "month", "day"))
    offset = match[f"{name}offset"] or ""
    written = "UTC" if offset in "Zz" else f"UTC{offset[:3]}:{offset[-2:]}"
    return day, f"{match[f'{name}hour']}:{match[f'{name}minute']}", written if offset else ""


def without_bullet(line: str) -> str:
    """Return the line without a bullet, heading or quotation mark at the start, and without Markdown.

    Empty cells at the start of a row of a table remain.
    """
    line = _ESCAPED.sub(r"\1", _LINK.sub(r"[\1] \2", line.replace("**", "").replace("__", "").replace("~~", "")))
    bare = _BULLET.sub("", line, count=1).strip() or line.strip()
    if bare == line.strip() and "\t" in bare and not bare.split("\t")[0].endswith(":"):
        return "\t" * line[: len(line) - len(line.lstrip())].count("\t") + bare
    return bare


def is_struck(line: str) -> bool:
    """Return whether words of the line are struck through in Markdown."""
    return line.count("~~") > 1


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
