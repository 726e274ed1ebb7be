"""Find the parts of the text of a session again, without using the facts that the parser found.

The positions of the row's title, presenters and other texts are searched for in its lines. Dates, hours, time zones and
numbers are then searched for with expressions of their own, which are wider than those of the parser. What is neither,
is a word that no field explains.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.plain_text import blanked, plain
from sessions.schedule_text.words import (
    COUNTED,
    FULL_WEEKDAYS,
    MONTHS,
    SESSION_WORDS,
    WEEKDAYS,
    ZONE_ABBREVIATIONS,
    ZONE_WORDS,
    any_of,
)

_MONTH = rf"(?<![a-z])(?P<month>{any_of(MONTHS)})(?![a-z])"
_ORDER = r"(?:\s?(?:st|nd|rd|th|er|re|ere|e)(?![a-z]))?"
_NO_CLOCK = r"(?!\d|\s?[:h.]\s?\d\d|\s?h(?![a-z])|\s?[ap]\.?\s?m)"
_MORE_DAYS = (
    r"(?P<more>(?:\s*(?:-|,|/|&|(?:,\s*)?(?:and|or|et|ou|to|au))\s*\d{1,2}" + _ORDER + _NO_CLOCK + r"(?!\d)){0,15})"
)
_EARLIER = re.compile(rf"(?:(?<!\d)\d{{1,2}}{_ORDER}\s*(?:-|,|/|&|and|or|et|ou|to|au)\s*){{1,15}}$")
_DATES = (
    re.compile(rf"(?<![\d:.])(?P<day>\d{{1,2}})[-/\s]{_MONTH}[-/\s](?P<year>\d\d)(?!\d|\s?[:h])"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[-/.]\s?(?P<first>\d{1,2})\s?[-/.]\s?(?P<second>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.:/-])(?P<first>\d{1,2})([-/.])(?P<second>\d{1,2})\2(?P<year>\d{4}|\d\d)(?![\d/.:-])"),
    re.compile(rf"{_MONTH}[.,]?\s*(?:the\s+|le\s+)?(?P<day>\d{{1,2}}){_ORDER}{_NO_CLOCK}{_MORE_DAYS}"),
    re.compile(rf"(?<![\d:.])(?P<day>\d{{1,2}}){_ORDER}[\s.-]*(?:of\s+|de\s+)?{_MONTH}"),
    re.compile(r"(?<![\d.:/-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/.:-])"),
    re.compile(
        rf"(?<![a-z])(?:{any_of(WEEKDAYS)})\.?,?\s+(?:the\s+|le\s+)?(?P<day>\d{{1,2}}){_ORDER}{_NO_CLOCK}(?![\d/-])"
    ),
)
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|'\d\d)(?!\d)")
_WEEKDAY = re.compile(rf"(?<![a-z])(?:{any_of(FULL_WEEKDAYS)})s?(?![a-z])")
_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\b)"
_ZONE_AFTER = rf"(?=\s?(?:{any_of(list(ZONE_ABBREVIATIONS))})(?![a-z']))"
_CLOCKS = (
    re.compile(
        rf"(?<![\d:.$])(?P<hour>\d{{1,2}})\s?(?:[:.]|h(?:eures?|rs?)?)\s?(?P<minute>[0-5]\d)(?!\d|\.\d)(?::00)?{_HALF}?"
    ),
    re.compile(rf"(?<![\d:.$])(?P<hour>\d{{1,2}})(?P<minute>){_HALF}"),
    re.compile(r"(?<![\d:.$])(?P<hour>\d{1,2})(?P<minute>)\s?(?:h(?:eures?|rs|ours?)?|o'clock)(?![a-z0-9])"),
    re.compile(rf"(?<![\d:.$])(?P<hour>[012]\d)(?P<minute>[0-5]\d)\s?(?:h(?:rs|ours)?(?![a-z])|{_HALF}|{_ZONE_AFTER})"),
    re.compile(r"(?<![\d:.$])[012]\d[0-5]\d\s*-\s*(?P<hour>[012]\d)(?P<minute>[0-5]\d)(?!\d)"),
    re.compile(rf"(?<![\d:.$])(?P<hour>\d{{1,2}})(?P<minute>){_ZONE_AFTER}"),
    re.compile(r"(?<![a-z])(?P<word>noon|midi|midnight|minuit)(?![a-z])"),
)
_BEFORE_CLOCK = re.compile(
    r"(?<![\d:.$])(?P<hour>\d{1,2}?)(?P<minute>(?:[0-5]\d)?)\s*(?:-|to|a|until|jusqu'a|and|et)\s*$"
)
_OFFSET = re.compile(r"(?:utc|gmt)\s?(?:[-+]\s?\d{1,2}(?::?\d\d)?)?")
_SHORT_ZONE = re.compile(rf"(?<![a-z'])(?:{any_of(list(ZONE_ABBREVIATIONS))})(?![a-z'])")
_LONG_ZONE = re.compile(
    rf"(?<![a-z])(?:(?P<name>{any_of(list(ZONE_WORDS))})\s+(?:standard\s+|daylight\s+)?time"
    rf"|heures?\s+(?:normale\s+|avancee\s+|locale\s+)?(?:de\s+la\s+|de\s+l'|du\s+|des\s+|de\s+|d')?(?P<french>{any_of(list(ZONE_WORDS))}|est))"
    r"(?![a-z])"
)
_NUMBER = re.compile(
    rf"(?<![a-z])(?:{SESSION_WORDS})\s*(?:no\.?|n[o.]|#|number|numero)?\s*#?\s*(?:\d{{1,3}}[a-d]?|[ivx]{{1,4}}|{any_of(COUNTED)})(?![a-z0-9])"
    r"(?:\s*(?:of|de|sur|/)\s*\d{1,3})?"
    rf"|^[\W_]*(?:(?:no\.?|n[o.]|#)\s*)?\d{{1,3}}(?:\s*[.)]|\s*\t|\s+-)|(?<![a-z])(?:\d{{1,2}}\s?(?:st|nd|rd|th|re|er|e|eme)|{any_of(COUNTED)})\s+(?:{SESSION_WORDS})(?![a-z])"
)
_WORD = re.compile(r"[a-z]{3,}|(?<![\w.,])\d+(?![\w])")
_LENGTH = re.compile(
    r"(?<!\w)\d+(?:[.,]\d+)?[\s-]?(?:hours?|heures?|hrs?|h|minutes?|mins?)(?![a-z])|(?<![a-z])(?:one|an|une)\s+(?:hour|heure)"
)

# Words that only lead to a value, or that join two values.
_LEADING = """
from until till date dates day time times hour hours heure heures topic title subject facilitator facilitators
presenter presenters presented speaker speakers session sessions seance seances webinar webinaire week semaine
module number numero conferencier conferenciere conferenciers animatrice animateur presentateur presentatrice this
the that held noon midi midnight minuit announced weekly every each month minutes minute min mins was duration duree
cancelled canceled annule annulee register registration here inscription sujet titre canada when where quand qui who
what moved now confirmer determiner rescheduled postponed reportee reporte les des une and for with avec par pour
sur dans tous toutes chaque jour avancee normale locale standard daylight eastern central mountain pacific atlantic
newfoundland pacifique atlantique rocheuses centre est terre neuve saskatchewan ontario quebec alberta manitoba new
nouvelle nouveau horaire link lien zoom free edt est cst cdt mst mdt pst pdt ast adt nst ndt hne hae hnc hac hnr har
hnp hap hna haa hnt hat utc gmt tba tbc tbd
"""
LEADING = frozenset(_LEADING.split())


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A part of a line, of a kind:

    T title, P presenter, L link and B other text of the row; N number, D date, Y year, G day of the week, H hour,
    M length, Z time zone, O offset; W word or figure that is none of these.

    `value` is the month and day of a date, the minute of the day of an hour, or the name of a zone.
    """

    kind: str
    line: int
    start: int
    end: int
    written: str
    value: Any = None


@dataclasses.dataclass(slots=True)
class Account:
    """The parts of the lines of a row, in order. `is_title_whole` is true if a line contains each title unbroken."""

    parts: list[Part]
    is_title_whole: bool = True

    def of(self, kind: str) -> list[Part]:
        return [part for part in self.parts if part.kind == kind]


def account_of(row: DraftRow, lines: Sequence[str]) -> Account:
    """Return the parts of the row's lines. `lines` are all lines of the text."""
    account = Account([])
    rest = {number: plain(lines[number - 1]) for number in row.lines}

    def take(kind: str, number: int, start: int, end: int, value: Any = None) -> None:
        account.parts.append(Part(kind, number, start, end, lines[number - 1][start:end].strip(), value))
        rest[number] = blanked(rest[number], [(start, end)])

    for kind, texts in (
        ("T", [row.title_en, row.title_fr]),
        ("P", row.presenters),
        ("L", row.links),
        ("B", row.beside),
    ):
        for text in filter(None, texts):
            if at := _place(plain(text), rest):
                take(kind, *at)
            elif kind == "T":
                account.is_title_whole = False
                _take_words(text, rest, take)
    for number in row.lines:
        for part in parts_between(rest[number], lines[number - 1], number):
            take(part.kind, number, part.start, part.end, part.value)
        for match in _WORD.finditer(rest[number]):
            if COUNTED.get(match.group(), match.group()) in _numbers_of(row):
                continue
            if match.group() not in LEADING and match.group() not in MONTHS and match.group() not in WEEKDAYS:
                take("W", number, *match.span())
    account.parts.sort(key=lambda part: (part.line, part.start))
    return account


def _numbers_of(row: DraftRow) -> set[int | str]:
    """Return the number of the row and the day of its date, as numbers and as figures."""
    numbers = [number for number in (row.number, row.on_date.day if row.on_date else None) if number is not None]
    return {*numbers, *map(str, numbers), *(f"{number:02}" for number in numbers)}


def parts_between(text: str, original: str, number: int) -> list[Part]:
    """Return the dates, hours, zones and numbers in a line that was normalized by `plain`, and perhaps blanked."""
    found: list[Part] = []

    def take(kind: str, start: int, end: int, value: Any) -> None:
        nonlocal text
        found.append(Part(kind, number, start, end, original[start:end].strip(), value))
        text = blanked(text, [(start, end)])

    for kind, pattern, value_of in _SEARCHED:
        for match in pattern.finditer(text):
            value = value_of(match, original)
            if value is None:
                continue
            before = _BEFORE_CLOCK.search(text, max(0, match.start() - 20), match.start()) if kind == "H" else None
            if before and (first := _minutes(before, original)) is not None:
                take("H", before.start("hour"), before.end("minute"), first)
            take(kind, *match.span(), value)
    return sorted(found, key=lambda part: part.start)


def _number(match: re.Match[str], _original: str) -> str | None:
    """Return the text of a number, unless it stands at the start of a line and may be a day or an hour."""
    alone = not re.search(r"[a-z\t]", match.group())
    follows = rf"\s*(?:{any_of(MONTHS)})(?![a-z])|\d|\s*\d{{1,2}}[:h]"
    return None if alone and re.match(follows, match.string[match.end() :]) else match.group()


def _place(text: str, rest: dict[int, str]) -> tuple[int, int, int] | None:
    """Return the line, start and end of a text in the lines, or None."""
    words = re.compile(rf"(?:(?<!\w)|(?!\w)){re.escape(text)}(?:(?!\w)|(?<!\w))")
    for number, line in rest.items():
        if match := words.search(line):
            return number, *match.span()
    return None


def _take_words(text: str, rest: dict[int, str], take: Callable[[str, int, int, int], None]) -> None:
    """Take the words of a title that stands on several lines, or that is interrupted."""
    for word in re.findall(r"\w+", plain(text)):
        for number, line in rest.items():
            if found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line):
                take("T", number, *found.span())
                break


def _days(match: re.Match[str], _original: str) -> frozenset[tuple[int, int]] | None:
    """Return the month and day of a date, both readings of figures, or the day with month 0 beside a weekday."""
    groups = match.groupdict()
    if groups.get("month"):
        before = _EARLIER.search(match.string[max(0, match.start() - 60) : match.start()])
        earlier = before.group() if before else ""
        numbers = re.findall(r"\d+", f"{earlier} {groups['day']} {groups.get('more') or ''}")
        pairs = {(MONTHS[groups["month"]], int(number)) for number in numbers}
    elif "day" in groups:
        pairs = {(0, int(groups["day"]))}
    else:
        first, second = int(groups["first"]), int(groups["second"])
        pairs = {(first, second)}
        if groups.get("year") is None or match.start("year") > match.start("first"):
            pairs.add((second, first))
    return frozenset((month, day) for month, day in pairs if month <= 12 and 1 <= day <= 31) or None


def _minutes(match: re.Match[str], _original: str) -> int | None:
    groups = match.groupdict()
    if word := groups.get("word"):
        return 720 if word in ("noon", "midi") else 0
    hour, minute = int(groups["hour"]), int(groups["minute"] or 0)
    if hour > 24:
        return None
    if half := groups.get("half"):
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour * 60 + minute) % 1440


def _weekday(match: re.Match[str], _original: str) -> int | str:
    """Return the day of the week, or the text of a plural."""
    return WEEKDAYS.get(match.group(), match.group())


def _short_zone(match: re.Match[str], original: str) -> str | None:
    """Return the zone of an abbreviation in capitals."""
    return ZONE_ABBREVIATIONS[match.group()][0] if original[slice(*match.span())].isupper() else None


def _long_zone(match: re.Match[str], _original: str) -> str:
    return ZONE_WORDS.get(match["name"] or match["french"], "America/Toronto")


def _text(match: re.Match[str], _original: str) -> str:
    return match.group()


# What is searched for in a line, in this order. The functions return the value of the part, or None if it is none.
_SEARCHED: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], str], Any]], ...] = (
    ("N", _NUMBER, _number),
    *(("D", pattern, _days) for pattern in _DATES),
    ("Y", _YEAR, _text),
    ("G", _WEEKDAY, _weekday),
    ("O", _OFFSET, _text),
    *(("H", pattern, _minutes) for pattern in _CLOCKS),
    ("M", _LENGTH, _text),
    ("Z", _SHORT_ZONE, _short_zone),
    ("Z", _LONG_ZONE, _long_zone),
)


def minutes_of(time: dt.time | None) -> int | None:
    return None if time is None else time.hour * 60 + time.minute


def written(parts: Iterable[Part]) -> str:
    """Return the texts of the parts for a sentence, without repetitions."""
    return ", ".join(list(dict.fromkeys(part.written.strip(" ,;:()") for part in parts))[:6])
