"""Find the times in a line, in English and French, with their time zones."""

import dataclasses
import datetime as dt
import re

from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.words import APPROXIMATE_ZONES, MONTHS, ZONE_ABBREVIATIONS, ZONE_WORDS, any_of

_HALF = r"[ap]\.?\s?m\b\.?"
_HOURS = r"\s?h(?:eures?|rs?)?"


def _atom(name: str) -> str:
    return (
        rf"(?:(?:12(?::00)?\s*)?(?P<{name}word>noon|midi|midnight|minuit)(?![a-z])"
        rf"|(?P<{name}military>(?:[01]\d|2[0-3])[0-5]\d)(?!\d)"
        rf"(?:\s?(?P<{name}hundred>h(?:rs|ours?)?)(?![a-z]))?(?:\s?(?P<{name}military_half>{_HALF}))?"
        rf"|(?P<{name}hour>2[0-4]|1\d|0?\d)(?!\d)(?:(?P<{name}colon>\s?:\s?|{_HOURS}\s?|\.)(?P<{name}minute>[0-5]\d)(?!\d)"
        rf"(?::00(?!\d))?"
        rf"|(?P<{name}h>{_HOURS})(?![a-z0-9]))?(?:\s?(?P<{name}half>{_HALF}))?)"
    )


_ZONE_NAMES = any_of(list(ZONE_WORDS))
_ZONE = re.compile(
    rf"\s*[,(\[]?\s*(?:\(?(?:utc|gmt)\s?[-+]\s?\d{{1,2}}(?::?\d\d)?\)\s*)?(?:(?P<short>{any_of(list(ZONE_ABBREVIATIONS))})(?![a-z'])"
    rf"|(?:(?:a\s+)?l'|la\s+)?heures?\s+(?:avancee\s+|normale\s+|locale\s+)?"
    rf"(?:de\s+la\s+|de\s+l'|du\s+|des\s+|de\s+|d')?(?P<french>{_ZONE_NAMES})(?![a-z])"
    rf"(?:\s*\((?P<inside>[a-z.]+)\))?"
    rf"|(?P<words>{_ZONE_NAMES})(?![a-z])(?:\s+(?:standard|daylight|savings?|local))?(?:\s+time)?"
    rf"(?:\s*\((?:us (?:and|&) canada|[a-z.]{{2,20}})\))?)"
    rf"(?:\s*\((?:utc|gmt)\s*[-+]\s*\d{{1,2}}(?::?\d\d)?\))?\s*[)\]]?"
)
_RANGE = re.compile(
    rf"(?<![\w:.$])(?<!\d[/-])(?:(?:from|de|between|entre|des)\s+)?{_atom('a_')}"
    rf"(?P<between>\s*(?:-|to|until|till|a|jusqu'a|and|et)\s*){_atom('b_')}(?!\d|[:/]\d)"
)
_ONE = re.compile(rf"(?<![\w:.$])(?<!\d[/-]){_atom('a_')}(?!\d|[:/]\d)")
_BEGIN = re.compile(r"(?<![\w:.$])(?<!\d[/-])(?:(?:from|de|between|entre|des)\s+)?(?=\d|noon|midi|midnight|minuit)")
_HOUR_AND_ZONE = (
    rf"(?:1[0-2]|[1-9]|noon|midi)(?::[0-5]\d)?(?:\s?{_HALF})?\s?(?:{any_of(list(ZONE_ABBREVIATIONS))})(?![a-z'])"
)
_YEAR_OF_MONTH = re.compile(rf"(?<![a-z])(?:{any_of(MONTHS)})\.?,?\s*20\d\d$")  # "June 2027", not 20:27
_ZONED_HOURS = re.compile(rf"(?<![\w:.$/-]){_HOUR_AND_ZONE}(?:\s*/\s*{_HOUR_AND_ZONE})+")  # "12 ET / 9 PT"
_DURATION = re.compile(
    r"(?<![\w.])(?:(?:(?:duree|duration|length)\s*:?\s*)?(?:(?P<minutes>\d{2,3})\s*-?\s*(?:minutes?|mins?)(?![a-z])"
    r"|(?P<hours>\d(?:[.,]\d+)?)\s*-?\s*(?:hours?|hrs?)(?![a-z])"
    r"|(?P<one>une heure|one hour|an hour|1 heure)(?![a-z]))|"
    r"duree\s*:\s*(?P<french>\d)\s?h(?:\s?(?P<rest>[0-5]\d))?)(?!\s*credit)"
)
_BEFORE_DURATION = re.compile(
    r"(?:^|[\0\t|,;:./()\[\d-]|\b(?:for|lasts?|lasting|is|are|be|runs?|sessions?|webinars?|seances?|rencontres?|about|of|each|an?|d'une|d'environ|dure(?:nt)?"
    rf"|pendant|est|sont|de|d'|noon|midi|time|{any_of(list(ZONE_ABBREVIATIONS))})|[ap]\.?m\.?)\s*$"
)
_AFTER_DURATION = re.compile(
    r"\s*(?:$|[\0\t|,;:./()\[\]-]|(?:each|long|in length|chacune?|par|per|sessions?|seances?|webinars?|workshops?"
    r"|on|at|from|starting|via|de|a)\b)"
)
_FOREIGN = re.compile(
    r"\s*\(?(?P<short>(?:UTC|GMT)(?:\s?[-+−]\s?\d{1,2}(?::?\d\d)?)?|[A-Z]{1,3}MT|[A-Z]{1,3}[SD]T)(?![A-Za-z])\)?"
)
_OFFSET = re.compile(r"(?:UTC|GMT)(?:\s?(?P<sign>[-+−])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)?")
_CLOCK = r"(?:\d{1,2}\s?(?::|h)\s?\d\d(?!\d)(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?h(?:eures?)?(?![a-z0-9]))"
_CLOCKS = re.compile(rf"(?<![\w:.$/])(?<!\d-){_CLOCK}(?:\s*(?:-|to|until|a|jusqu'a)\s*{_CLOCK})?(?![:\d])")
_FIGURES_OF_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})\s?(?::|h(?:eures?)?)\s?(?P<minute>\d\d)?(?:\s?(?P<half>[ap])\.?m\b)?"
)
# Larger numbers are not mistyped hours, because "50:50" is not a time, and "48 h" may be a duration. For the same
# reason, "h" without minutes is an impossible hour only in a range.
_HIGHEST_HOUR = 39
_TIME_NAMED = re.compile(r"\b(?:time|times|hours?|heures?|fuseau)\b")
_IN_BRACKETS = re.compile(r"\(([A-Z]{2,3})\)")


@dataclasses.dataclass(frozen=True, slots=True)
class TimeMention:
    """A start time, and perhaps an end time, in the text.

    `half_guessed` is true if the text has neither am nor pm, and the more usual one was chosen.
    """

    start_time: dt.time
    end_time: dt.time | None
    start: int
    end: int
    zone: str = ""
    zone_text: str = ""
    half_guessed: bool = False


def find_times(text: str, original: str, *, is_french: bool) -> list[TimeMention]:
    """Return the times in a line, from left to right.

    `text` is the line normalized by `plain`, and `original` is the line with its capitals. A number is a time only with
    minutes, "am", "pm" or "h", or as part of a range with a time zone.
    """
    zoned = [match.span() for match in _ZONED_HOURS.finditer(text) if _has_capitals(match, original)]
    found: list[TimeMention] = []
    position = 0
    while position < len(text):
        mention = _next(text, original, position, is_french=is_french, zoned=zoned)
        if mention is None:
            break
        position = mention.end
        before = found[-1] if found else None
        if before and _is_end_of(before, mention, text):
            found[-1] = dataclasses.replace(
                before,
                end_time=mention.start_time,
                end=mention.end,
                half_guessed=before.half_guessed or mention.half_guessed,
            )
        else:
            found.append(mention)
    return found


def _is_end_of(before: TimeMention, mention: TimeMention, text: str) -> bool:
    """Return whether `mention` is the end time of `before`, as in "13:00 PT – 14:00 PT"."""
    return (
        before.end_time is None
        and mention.end_time is None
        and mention.zone in ("", before.zone)
        and bool(re.fullmatch(r"\s*(?:-|to|a|until|jusqu'a)\s*", text[before.end : mention.start]))
    )


def find_impossible_times(text: str, original: str) -> list[tuple[int, int, tuple[str, str] | None]]:
    """Return the start and end of each text such as "25:00-26:00", "12:75" or "13:00 pm", and the zone after it."""
    found = []
    for match in _CLOCKS.finditer(text):
        clocks = list(_FIGURES_OF_CLOCK.finditer(match.group()))
        if any(_is_impossible(clock, is_range=len(clocks) > 1) for clock in clocks):
            zone = _zone_at(text, original, match.end())
            found.append((match.start(), zone[2] if zone else match.end(), zone[:2] if zone else None))
    return found


def _is_impossible(clock: re.Match[str], *, is_range: bool) -> bool:
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    if hour > _HIGHEST_HOUR or not (clock["minute"] or is_range):
        return False
    return hour > 23 or minute > 59 or bool(clock["half"] and not 1 <= hour <= 12)


def zone_of_cell(cell: str, *, is_zone_column: bool) -> tuple[str, str] | None:
    """Return the zone that is the whole text of a cell, and this text, or None.

    A word such as "Ontario" is a zone only in a column of zones; elsewhere it may be a place or a title.
    """
    cell = cell.strip()
    text = plain(cell)
    found = _zone_at(text, cell, 0)
    if found is None or found[2] < len(text):
        return None
    is_named = text.strip("()[]") in ZONE_ABBREVIATIONS or _TIME_NAMED.search(text)
    return found[:2] if is_named or is_zone_column else None


def zone_named(text: str, original: str) -> tuple[str, str] | None:
    """Return the zone in a line without a time ("All times ET") and its text, or None."""
    for match in re.finditer(r"(?<![a-z0-9])", text):
        found = _zone_at(text, original, match.start())
        if found is None:
            continue
        zone, written, _end = found
        if _TIME_NAMED.search(text) or f"({written})" in original:
            return zone, written
    return None


def find_duration(text: str) -> tuple[dt.timedelta, int, int] | None:
    """Return the first duration in the text and its start and end positions, or None: "60 minutes", « une heure »."""
    match = next((match for match in _DURATION.finditer(text) if _is_apart(text, match)), None)
    if match is None:
        return None
    if match["minutes"]:
        length = dt.timedelta(minutes=int(match["minutes"]))
    elif match["hours"]:
        length = dt.timedelta(hours=float(match["hours"].replace(",", ".")))
    elif match["french"]:
        length = dt.timedelta(hours=int(match["french"]), minutes=int(match["rest"] or 0))
    else:
        length = dt.timedelta(hours=1)
    return length, match.start(), match.end()


def _is_apart(text: str, match: re.Match[str]) -> bool:
    """Return whether a duration is not among other words, as in "a 10-minute primer"."""
    return bool(_BEFORE_DURATION.search(text[: match.start()]) and _AFTER_DURATION.match(text[match.end() :]))


def start_and_end(first: TimeMention, last: TimeMention) -> list[TimeMention]:
    """Return a single time with start and end from the times in two cells of a table.

    Return both if this is not possible.
    """
    if first.end_time or last.end_time or last.start_time <= first.start_time or last.zone not in ("", first.zone):
        return [first, last]
    return [dataclasses.replace(first, end_time=last.start_time)]


def with_length(time: TimeMention, length: dt.timedelta) -> TimeMention:
    """Return the time with an end after this length. If it already has an end, return it unchanged."""
    if time.end_time is not None:
        return time
    end = dt.datetime.combine(dt.date(2000, 1, 1), time.start_time) + length
    return dataclasses.replace(time, end_time=end.time())


def is_approximate(written: str) -> bool:
    """Return whether the text of a zone may mean several Canadian time zones."""
    return any(word in APPROXIMATE_ZONES for word in re.findall(r"[a-z.]+", written.lower()))


def _has_capitals(match: re.Match[str], original: str) -> bool:
    return all(zone.isupper() for zone in re.findall(r"[A-Za-z]{2,3}(?=\W*/|\W*$)", original[slice(*match.span())]))


def _next(
    text: str, original: str, position: int, *, is_french: bool, zoned: list[tuple[int, int]]
) -> TimeMention | None:
    """Return the first time at or after a position, or None. Each possible start is tried once.

    Between the positions in `zoned`, a number alone is a time.
    """
    while begin := _BEGIN.search(text, position):
        if _YEAR_OF_MONTH.search(text, max(0, begin.end() - 30), begin.end() + 4):
            position = begin.end() + 4
            continue
        for match in (_RANGE.match(text, begin.start()), _ONE.match(text, begin.end())):
            is_zoned = any(start <= begin.end() < end for start, end in zoned)
            mention = _mention(match, text, original, is_french, is_zoned=is_zoned) if match else None
            if mention:
                return mention
        position = begin.end() + 1
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class _Clock:
    """Hour and minute in the text, before am or pm is decided."""

    hour: int
    minute: int
    half: str
    is_marked: bool
    is_24: bool
    is_military: bool = False


def _clock(match: re.Match[str], name: str, *, takes_dot: bool) -> _Clock | None:
    """Return the hour and minute, or None. If `takes_dot` is true, "18.30" is one, as in "17:30 – 18.30"."""
    groups = match.groupdict()
    word = groups[f"{name}word"]
    if word:
        return _Clock(12 if word in ("noon", "midi") else 0, 0, "", is_marked=True, is_24=True)
    military = groups[f"{name}military"]
    if military:
        half = (groups[f"{name}military_half"] or "")[:1]
        marked = bool(groups[f"{name}hundred"] or half)
        return _Clock(int(military[:2]), int(military[2:]), half, marked, is_24=not half, is_military=True)
    hour, minute = int(groups[f"{name}hour"]), int(groups[f"{name}minute"] or 0)
    half, separator = (groups[f"{name}half"] or "")[:1], groups[f"{name}colon"] or groups[f"{name}h"] or ""
    by_h = "h" in separator
    if hour > 23 or (half and not 1 <= hour <= 12) or (separator == "." and not half and not by_h and not takes_dot):
        return None
    zero = groups[f"{name}hour"].startswith("0") or hour == 0
    return _Clock(hour, minute, half, bool(half or separator), is_24=not half and (by_h or zero or hour > 12))


def _mention(match: re.Match[str], text: str, original: str, is_french: bool, *, is_zoned: bool) -> TimeMention | None:
    has_end = "b_hour" in match.groupdict()
    is_range = has_end and bool(re.search(r"\d\s?[:h]\s?\d", match.group()))
    first = _clock(match, "a_", takes_dot=is_range)
    last = _clock(match, "b_", takes_dot=is_range) if has_end else None
    if first is None or (has_end and last is None):
        return None
    zone = _zone_at(text, original, match.end())
    if not _is_time(first, last, match, zone is not None) and not (is_zoned and zone):
        return None
    start, end, guessed = _resolved(first, last, is_french=is_french)
    if start is None or (last and end is None):
        return None
    name, written, position = zone or _unknown_zone(original, match.end())
    return TimeMention(start, end, match.start(), position, name, written, guessed)


def _unknown_zone(original: str, position: int) -> tuple[str, str, int]:
    """Return the abbreviation of a time zone outside Canada, such as GMT, at this position.

    The result is a tuple of an empty name, the abbreviation and the position after it. If there is no such
    abbreviation, it is an empty name, "" and `position`.
    """
    match = _FOREIGN.match(original, position)
    return ("", match["short"], match.end()) if match else ("", "", position)


def _is_time(first: _Clock, last: _Clock | None, match: re.Match[str], has_zone: bool) -> bool:
    marked = first.is_marked or (last is not None and last.is_marked)
    if last is None:
        return first.is_marked
    if re.search(r"and|et", match["between"]) and not re.match(r"between|entre", match.group()):
        return False
    if first.is_military and last.is_military and first.hour < last.hour:
        years = [clock.hour in (19, 20) for clock in (first, last)]  # "2026-2027" is no range of hours
        return marked or has_zone or not all(years)
    return marked or has_zone


def _zone_at(text: str, original: str, position: int) -> tuple[str, str, int] | None:
    """Return the zone at a position, its text and its end, or None.

    Abbreviations must be in capitals, because "at" and « et » are words.
    """
    match = _ZONE.match(text, position)
    if match is None:
        return None
    if match["short"]:
        written = original[match.start("short") : match.end("short")]
        if not written.isupper():
            return None
        return ZONE_ABBREVIATIONS[match["short"]][0], written, match.end()
    name = match["french"] or match["words"]
    if match["words"] and not original[match.start("words")].isupper():
        return None
    start = match.start("words") if match["words"] else match.start()
    return ZONE_WORDS[name], original[start : match.end()].strip(" ,()[]"), match.end()


def _resolved(first: _Clock, last: _Clock | None, *, is_french: bool) -> tuple[dt.time | None, dt.time | None, bool]:
    """Return the start, the end or None, and whether am or pm was guessed."""
    is_french = is_french and not first.half and not (last and last.half)  # "1:00 – 2:00 p.m." in a French text
    starts, guessed = _minutes(first, is_french), False
    ends = _minutes(last, is_french) if last else None
    if last is None:
        if starts is None:
            starts, guessed = _usual(first), first.hour != 12
        return _time(starts), None, guessed
    if starts is None and ends is None:
        starts, guessed = _usual(first), first.hour != 12
        ends = _after(last, starts)
    elif starts is None:
        starts = _before(first, ends or 0) if not (last.is_24 and last.hour > 12) else first.hour * 60 + first.minute
    elif ends is None:
        ends = last.hour * 60 + last.minute if first.is_24 and first.hour > 12 else _after(last, starts)
    return _time(starts), _time(ends), guessed


def _minutes(clock: _Clock, is_french: bool) -> int | None:
    """Return the minutes after midnight, or None if the text needs am or pm and has neither."""
    if clock.half:
        return (clock.hour % 12 + (12 if clock.half == "p" else 0)) * 60 + clock.minute
    if clock.is_24 or (is_french and clock.is_marked):
        return clock.hour * 60 + clock.minute
    return None


def _usual(clock: _Clock) -> int:
    return (clock.hour + (12 if 1 <= clock.hour <= 6 else 0)) * 60 + clock.minute


def _after(clock: _Clock, start: int) -> int:
    """Return the minutes after midnight of an end time. It is am if that is after the start, else pm."""
    early = clock.hour % 12 * 60 + clock.minute
    late = early + 12 * 60
    return early if early > start else late


def _before(clock: _Clock, end: int) -> int:
    """Return the minutes after midnight of a start time.

    It is pm if that is before the end. Otherwise it is am if the end is less than six hours later, else pm.
    """
    early = clock.hour % 12 * 60 + clock.minute
    late = early + 12 * 60
    if late < end:
        return late
    return early if early < end and end - early < 6 * 60 else late


def _time(minutes: int | None) -> dt.time | None:
    return None if minutes is None else dt.time(minutes // 60 % 24, minutes % 60)


def offset_of(written: str) -> dt.timezone | None:
    """Return the offset in a text such as "UTC-05:00", or None for any other text."""
    match = _OFFSET.fullmatch(written)
    if match is None:
        return None
    minutes = int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)
    if minutes > 14 * 60:
        return None
    return dt.timezone(dt.timedelta(minutes=minutes if match["sign"] == "+" else -minutes))
