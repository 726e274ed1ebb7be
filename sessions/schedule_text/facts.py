"""Parse one line into facts: dates, times, number, presenters, links, and the remaining words."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from sessions.schedule_text import words
from sessions.schedule_text.bare_hours import bare_hours
from sessions.schedule_text.dates import DateMention, day_alone, find_dates
from sessions.schedule_text.open_dates import find_open_dates
from sessions.schedule_text.pieces import EDGES, balanced, pieces_of
from sessions.schedule_text.plain_text import blanked, is_struck, plain, without_bullet
from sessions.schedule_text.remarks import without_remarks
from sessions.schedule_text.tables import spans_of_cells
from sessions.schedule_text.times import (
    TimeMention,
    find_duration,
    find_impossible_times,
    find_times,
    zone_named,
    zone_of_cell,
)

_LABEL = re.compile(
    r"^(?:(?P<date>dates?|when|quand|jour|day)|(?P<time>times?|heures?|horaire|hour|starts?|debut)|(?P<end>ends?|fin)|"
    r"(?P<other>location|lieu|where|room|salle|organi[sz]er|organisat(?:eur|rice)|show time as|required attendees)|"
    r"(?P<title>titles?|titre|topics?|sujet|theme|subject|session title|webinar title|session|seance)|"
    r"(?P<presenter>who|qui|presenters?|speakers?|presented by|guest speakers?|facilitat(?:or|ors|ed by)|hosts?|"
    r"panell?ists?|conferenci(?:er|ere|ers|eres)|presentat(?:eur|rice|eurs|rices)|panelistes?|"
    r"anim(?:ateur|atrice|ateurs|atrices|e par)|intervenante?s?|personne-ressource|avec|didactic presenter)|"
    r"(?P<link>link|lien|register|registration|inscription|zoom(?: link)?|register here)|"
    r"(?P<number>no|number|numero))\s*(?:\([^)]*\)\s*)?:\s*"
)
_COUNT = rf"(?:\d{{1,3}}|{words.any_of(words.COUNTED)}|[ivx]{{1,5}})"
_NUMBERED = re.compile(
    rf"(?<![a-z0-9'])(?:echo\s+)?(?:{words.SESSION_WORDS})\s*(?:no\.?|n[o\.]|#|number|numero)?\s*#?\s*(?P<count>\d{{1,2}}(?P<suffix>[a-d])|{_COUNT})(?![a-z0-9])"
    r"(?:\s*(?:of|de|sur|/)\s*(?P<total>\d{1,3})(?!\d|\s*:|\s*/))?(?:\s*[:.)|,]|\s*-(?=\s)|\s+-)?"
)
_ORDINAL = re.compile(
    rf"^(?P<count>{words.any_of(words.COUNTED)}|\d{{1,2}}(?:re|e|er|ere|eme|st|nd|rd|th))\s+(?:{words.SESSION_WORDS})(?![a-z])\s*[:.)-]?"
)
_BARE_NUMBER = re.compile(
    r"^(?:#|no\.?\s|n[o.]\s?)?\s*(?P<count>\d{1,3})\s*(?:[.)]\s*(?=[^\d\s])|[.)]\s+|:\s+|\s-\s+|-\s+(?=[a-z]))"
)
_WEEKDAY_CELL = re.compile(rf"(?:^|\0)\s*(?P<weekday>{words.any_of(words.WEEKDAYS)})\.?\s*(?=\0|$)")
_NUMBER_CELL = re.compile(r"^\s*(?P<count>\d{1,3})\s*\t")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>|\0]+[^\s<>|\0.,;:)\]]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]*\w")
_LEAD_OF_LINK = re.compile(
    r"(?<![a-z])(?:to )?(?:register|registration|inscription|inscrivez-vous|details|(?:more )?info(?:rmation)?|zoom"
    r"|link|lien|rsvp)(?: here| ici| at| link)?\s*[:>-]?\s*$"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)")
_KEY_CODE = re.compile(
    r"^[\s:,(«“\"'–—-]*(?:(?:is|est|will be|sera)\s*:?\s*)?[\s«“\"']*(?P<code>(?=\D*\d)[A-Z0-9][A-Z0-9-]{2,31})\b"
)
_CREDITS = re.compile(
    r"(?:up to|for|maximum(?: of| de)?|jusqu'a|pour|totalling|total of|total de)\s+(?:a maximum of |un maximum de )?"
    r"(?P<credits>\d{1,3}(?:[.,]\d{1,2})?)\s+(?:[\w+]+\s+){0,4}?credits?\b"
)
_ANNOUNCED = re.compile(
    rf"(?<![\w-])(?P<count>\d{{1,3}}|{words.any_of(words.COUNTED)})[\s-]+(?:part(?!icip)|(?:\w+\s+){{0,2}}?(?:sessions|seances|webinars|webinaires|workshops|ateliers|rencontres))(?![a-z])"
)
# A label may precede a dash, but a preposition before a dash or a comma belongs to the title ("Moving in – May 5").
_CONNECTORS = re.compile(
    r"(?:(?<![a-z0-9'])(?:dates?|times?|when|quand|heures?|horaire|jour|day|rescheduled to|moved to"
    r"|new (?:date|time|hour)|nouvelle (?:date|heure)|nouvel horaire)(?:\s*:)?\s*|[,@:(\[]\s*|-\s+)*"
    r"(?:(?<![a-z0-9'])(?:from|at|on|de|des|du|le|les|a|the|between|entre|dates?|times?|when|quand|heures?|horaire|jour"
    r"|day|in|est|rescheduled to|moved to|new (?:date|time|hour)|nouvelle (?:date|heure)|nouvel horaire|now)"
    r"(?:\s*:)?\s*)*$"
)
_HEADING_END = re.compile(r"[.!?]$")

# What follows the words of a link at the end of a line.
_ARROWS = "\0.!>»›→"
# Number of characters before a date or a time in which introductory words such as "from" are searched for.
LONGEST_LEAD = 60

type Take = Callable[[int, int], None]


@dataclasses.dataclass(slots=True)
class Facts:
    """The facts in a line. `pieces` are the remaining words, split at facts and separators."""

    number: int
    text: str
    dates: list[DateMention] = dataclasses.field(default_factory=list)
    times: list[TimeMention] = dataclasses.field(default_factory=list)
    zone: tuple[str, str] | None = None
    unknown_zone: str = ""
    impossible_dates: list[str] = dataclasses.field(default_factory=list)
    open_dates: list[str] = dataclasses.field(default_factory=list)
    impossible_times: list[str] = dataclasses.field(default_factory=list)
    duration: dt.timedelta | None = None
    session_number: int | None = None
    is_labelled_number: bool = False
    suffix: str = ""
    total: int | None = None
    label: str = ""
    pieces: list[str] = dataclasses.field(default_factory=list)
    is_split: bool = False
    links: list[str] = dataclasses.field(default_factory=list)
    credits: Decimal | None = None
    announced: int | None = None
    remarks: list[str] = dataclasses.field(default_factory=list)
    is_date_from_heading: bool = False
    is_other_date: bool = False
    says_no_session: bool = False
    is_pause: bool = False
    says_held: bool = False
    says_cancelled: bool = False
    says_unconfirmed: bool = False
    says_rule: bool = False
    says_all: bool = False
    presenters: list[str] = dataclasses.field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return bool(self.pieces)

    @property
    def is_sentence(self) -> bool:
        return bool(_HEADING_END.search(self.text.strip())) and len(self.text.split()) > 8


def read_line(
    number: int,
    line: str,
    *,
    is_french: bool,
    bare_numbers: bool = False,
    month: tuple[int, int | None] | None = None,
    zone_column: int | None = None,
) -> Facts:
    """Return the facts of a line.

    If `bare_numbers` is true, "1." at the start of the line is the number of a session. `month` is the month of the
    heading above the line, and its year or None: "Thursday 14" is then a day in that month. `zone_column` is the index
    of the cell that contains only a time zone.
    """
    text = without_bullet(line)
    facts = Facts(number, text)
    searched = plain(text).replace("\t", "\0")  # no fact spans two cells of a table
    taken: list[tuple[int, int]] = []

    def take(start: int, end: int) -> None:
        nonlocal searched
        taken.append((start, end))
        searched = blanked(searched, [(start, end)])

    _take_links(facts, searched, take)
    _take_flags(facts, searched)
    facts.says_cancelled |= is_struck(line)
    searched_whole = searched
    _take_number(facts, searched, take, bare_numbers=bare_numbers, has_month=month is not None)
    label = _LABEL.match(searched)
    if label and label.lastgroup:
        facts.label = label.lastgroup
        take(*label.span())
    facts.dates = find_dates(searched, day_first=is_french)
    _take_number_before_date(facts, searched, take)
    _take_weekday_cell(facts, searched, take)
    _take_dates(facts, searched, take)
    if month and not facts.dates and (alone := day_alone(searched, *month)):
        facts.dates = [alone]
        facts.is_date_from_heading = True
        take(0, alone.end)
    if facts.dates and (rule := words.RULE.search(searched)):
        take(*rule.span())
    _take_zone_cell(facts, searched, take, zone_column)
    _take_impossible_times(facts, searched, take)
    length = find_duration(searched)
    facts.times = find_times(searched, text, is_french=is_french) or bare_hours(searched, facts.label)
    in_words = any(_is_among_words(searched, time) for time in facts.times)
    for time in facts.times:
        take(*_with_connectors(searched, time.start, time.end))
    if length and not any(time.start < length[2] and length[1] < time.end for time in facts.times):
        facts.duration = length[0]
        if facts.dates or facts.times or length[2] - length[1] >= len(text.strip(EDGES)):
            take(length[1], length[2])
    if facts.zone is None and not facts.unknown_zone and not any(time.zone for time in facts.times):
        facts.zone = zone_named(searched_whole, text)
    _take_phrases(facts, searched, take)
    facts.pieces, is_split = pieces_of(text, taken)
    facts.is_split = is_split or in_words
    _sort_pieces(facts)
    return facts


def _take_links(facts: Facts, searched: str, take: Take) -> None:
    for match in (*_URL.finditer(searched), *_PHONE.finditer(searched)):
        facts.links.append(facts.text[match.start() : match.end()])
        before = _LEAD_OF_LINK.search(searched, max(0, match.start() - LONGEST_LEAD), match.start())
        take(before.start() if before and before.start() else match.start(), match.end())


def without_links(text: str) -> str:
    """Return the text without addresses and what leads to them, such as "Register: https://…"."""
    facts = Facts(0, text)
    taken: list[tuple[int, int]] = []
    _take_links(facts, plain(text), lambda start, end: taken.append((start, end)))
    return " ".join(pieces_of(text, taken)[0]) if taken else text


def _take_flags(facts: Facts, searched: str) -> None:
    facts.is_other_date = bool(words.OTHER_DATES.search(searched))
    facts.says_no_session = bool(words.NO_SESSION.search(searched))
    facts.says_cancelled = bool(words.CANCELLED.search(searched))
    facts.says_unconfirmed = bool(words.UNCONFIRMED.search(searched))
    facts.says_rule = bool(words.RULE.search(searched))
    facts.says_all = bool(words.ALL_SESSIONS.search(searched))
    if found := _CREDITS.search(searched):
        facts.credits = Decimal(found["credits"].replace(",", "."))
    if counted := _ANNOUNCED.search(searched):
        count = counted["count"]
        facts.announced = int(count) if count.isdecimal() else words.COUNTED[count]


def _take_number(facts: Facts, searched: str, take: Take, *, bare_numbers: bool, has_month: bool) -> None:
    """Set the session number, and mark its characters as used.

    Formats are "Session 3 of 13:", "Séance 3 / Session 3", "First session" and, with `bare_numbers`, "3.".
    """
    for match in (*_NUMBERED.finditer(searched), *_ORDINAL.finditer(searched)):
        before = searched[: match.start()].rstrip(" ")
        if before and before[-1] not in "\0:|,/()-\t" and facts.session_number is None:
            continue
        number = _count(match["count"])
        if number is None or facts.session_number not in (None, number):
            continue
        facts.session_number, facts.is_labelled_number = number, True
        groups = match.groupdict()
        facts.total = int(groups["total"]) if groups.get("total") else facts.total
        facts.suffix = groups.get("suffix") or facts.suffix
        take(*match.span())
    if not has_month and (cell := _NUMBER_CELL.match(facts.text)):
        facts.session_number = facts.session_number or int(cell["count"])
        take(*cell.span("count"))
    if facts.session_number is None and bare_numbers and (bare := _BARE_NUMBER.match(searched)):
        facts.session_number = int(bare["count"])
        take(*bare.span())


def _take_number_before_date(facts: Facts, searched: str, take: Take) -> None:
    """Set the session number if the line starts with a number and a date: "1 November 30, 2026"."""
    if facts.session_number is None and facts.dates:
        number = re.fullmatch(r"(\d{1,2})\s+", searched[: facts.dates[0].start])
        if number:
            facts.session_number = int(number[1])
            take(*number.span())


def _take_dates(facts: Facts, searched: str, take: Take) -> None:
    """Mark the dates as used. If there are none, search for a date that is not set yet."""
    if not facts.dates:
        facts.dates = find_open_dates(searched, is_numbered=facts.session_number is not None)
    for at, mention in enumerate(facts.dates):
        start, end = _with_connectors(searched, mention.start, mention.end)
        week = words.WEEK_OF.search(searched[max(0, start - LONGEST_LEAD) : start])
        if week and mention.kind != "impossible":
            facts.dates[at] = dataclasses.replace(mention, kind="range")
            start -= len(week.group())
        written = facts.text[mention.start : mention.end]
        if mention.kind == "impossible":
            facts.impossible_dates.append(written)
        if mention.kind == "open":
            facts.open_dates.append(balanced(written.strip(EDGES), written))
        take(start, end)


def _take_weekday_cell(facts: Facts, searched: str, take: Take) -> None:
    """Add the day of the week from a separate cell to the only date of the line."""
    cell = _WEEKDAY_CELL.search(searched)
    if cell and len(facts.dates) == 1 and facts.dates[0].kind == "one" and facts.dates[0].days[0].weekday is None:
        day = dataclasses.replace(facts.dates[0].days[0], weekday=words.WEEKDAYS[cell["weekday"]])
        facts.dates = [dataclasses.replace(facts.dates[0], days=(day,))]
        take(*cell.span("weekday"))


def _take_zone_cell(facts: Facts, searched: str, take: Take, column: int | None) -> None:
    """Set the zone, or the unknown text, of the cell in a column of time zones."""
    spans = spans_of_cells(facts.text)
    if column is None or column >= len(spans):
        return
    start, end = spans[column]
    cell = facts.text[start:end].strip()
    if "\0" in searched[start:end].strip("\0") or not cell or set(searched[start:end]) <= {"\0", " "}:
        return
    facts.zone = zone_of_cell(cell, is_zone_column=True)
    facts.unknown_zone = "" if facts.zone else cell
    take(start, end)


def _take_impossible_times(facts: Facts, searched: str, take: Take) -> None:
    for start, end, zone in find_impossible_times(searched, facts.text):
        facts.impossible_times.append(facts.text[start:end].strip(" ,"))
        facts.zone = facts.zone or zone
        take(*_with_connectors(searched, start, end))


def _is_among_words(searched: str, time: TimeMention) -> bool:
    """Return whether a time without zone and end follows a word, or stands between an article and a word."""
    begin, _end = _with_connectors(searched, time.start, time.end)
    article = re.search(r"(?<![a-z])(?:the|le|la)\s+$", searched[: time.start])
    follows = re.search(r"[a-z]\s+$", searched[:begin]) or (article and re.match(r"\s+[a-z]", searched[time.end :]))
    return not time.zone and time.end_time is None and bool(follows)


def bare_number(line: str) -> int | None:
    """Return the number at the start of a line such as "3. …" or "3) …", or None."""
    match = _BARE_NUMBER.match(plain(without_bullet(line)))
    return int(match["count"]) if match else None


def key_named(lines: Iterable[str]) -> tuple[bool, str]:
    """Return whether the lines say that people register with a key, and the key, or "" if none is written."""
    found = [(line, match) for line in lines for match in words.KEY.finditer(plain(line))]
    codes = [_KEY_CODE.match(line[match.end() :]) for line, match in found]
    return bool(found), next((code["code"] for code in codes if code), "")


def _take_phrases(facts: Facts, searched: str, take: Take) -> None:
    """Mark phrases that are not part of a title as used: "was held on", "Register here", "cancelled"."""
    for match in words.HELD.finditer(searched):
        if facts.dates or match.span() == (0, len(searched)):
            facts.says_held = True
            take(*_with_connectors(searched, *match.span()))
    for match in words.LINK.finditer(searched):
        rest = blanked(searched, [match.span()]).strip(EDGES + _ARROWS)
        before, after = searched[: match.start()].rstrip(), searched[match.end() :].strip(EDGES + _ARROWS)
        is_apart = bool(match.start()) and searched[match.start() - 1] in "\0\t|-["
        if not rest or facts.label == "link" or is_apart or (not after and before.endswith(tuple('-([|\0"»'))):
            facts.links.append(facts.text[match.start() : match.end()])
            take(*match.span())
    if facts.dates or facts.times or facts.session_number is not None:
        for match in (*words.CANCELLED.finditer(searched), *words.UNCONFIRMED.finditer(searched)):
            before, after = searched[: match.start()].rstrip(), searched[match.end() :].lstrip()
            if (not before or before[-1] in "\0-:(,[|") and (not after or after[0] in "\0-:),]|."):
                take(*match.span())


def _with_connectors(searched: str, start: int, end: int) -> tuple[int, int]:
    """Return the span extended to the left over introductory words such as "from", "on" or "Date:"."""
    begin = max(0, start - LONGEST_LEAD)
    found = _CONNECTORS.search(searched[begin:start])
    return (begin + found.start() if found else start), end


def _count(written: str) -> int | None:
    if written.isdecimal():
        return int(written)
    if written in words.COUNTED:
        return words.COUNTED[written]
    if figures := re.match(r"\d+", written):
        return int(figures.group())
    return _roman(written)


def _roman(written: str) -> int | None:
    values = {"i": 1, "v": 5, "x": 10}
    total, largest = 0, 0
    for numeral in reversed(written):
        value = values[numeral]
        total += value if value >= largest else -value
        largest = max(largest, value)
    return total if 0 < total < 40 else None


def _sort_pieces(facts: Facts) -> None:
    """Remove pieces such as "to be announced" or "Thursdays". Move labelled titles to the front.

    Move labelled presenters to `presenters`.
    """
    kept: list[str] = []
    facts.is_pause = any(map(words.NO_SESSION.match, map(plain, facts.pieces)))
    facts.is_pause |= bool(facts.pieces and words.PAUSE.fullmatch(plain(facts.pieces[0])))
    for whole in facts.pieces:
        piece, remarks = without_remarks(whole)
        facts.remarks += remarks
        if not piece:
            continue
        bare = plain(piece)
        label = _LABEL.match(bare)
        if (
            label
            and facts.label not in ("title", "presenter")
            and label.lastgroup in ("title", "presenter")
            and piece[label.end() :]
        ):
            if label.lastgroup == "title":
                kept.insert(0, piece[label.end() :].strip(EDGES))
            else:
                facts.presenters.append(piece[label.end() :].strip(EDGES))
        elif bare.rstrip(".") in words.WEEKDAYS and (facts.times or bare == plain(facts.text).strip(EDGES + ".")):
            continue  # the line is a day of the week, with or without an hour
        elif not words.UNCONFIRMED.fullmatch(bare) and not words.ONLY_WEEKDAYS.match(bare):
            kept.append(piece)
    facts.pieces = kept
