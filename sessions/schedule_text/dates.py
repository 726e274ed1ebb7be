"""Find the dates in a line, in English and French, without deciding a missing year."""

import dataclasses
import datetime as dt
import re

from sessions.schedule_text.words import FULL_WEEKDAYS, MONTHS, WEEKDAYS, ZONE_ABBREVIATIONS, ZONE_WORDS, any_of

_MONTH = rf"(?:{any_of(MONTHS)})(?![a-z])\.?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)(?:\s?(?:st|nd|rd|th|er|ere)(?![a-z]))?"
_BETWEEN = r"\s*(?:,\s*(?:and|or|et|ou)?|-|/|(?<![a-z])(?:to|through|au|and|or|et|ou)(?![a-z])|&)\s*(?:le\s+|the\s+)?"
_NOT_A_TIME = r"(?!\d|\s*(?::\s?\d|\.\d|h(?![a-z])|h\d|[ap]\.?\s?m\b|noon|midi|heures?\b|-\s*\d|to\s*\d|a\s+\d))"
_NOT_OF_MONTH = rf"(?!\s*(?:of\s+)?{_MONTH})"  # "March 5 / 5 mars" and "March 30 - 2 April" name two months
_DAYS = rf"{_DAY}(?:{_BETWEEN}{_DAY}{_NOT_A_TIME}){{0,15}}"
_DAYS_OF_MONTH = rf"{_DAY}(?:{_BETWEEN}{_DAY}{_NOT_A_TIME}{_NOT_OF_MONTH}){{0,15}}"
_WEEKDAY = rf"(?:(?P<weekday>{any_of(WEEKDAYS)})(?![a-z])\.?,?\s+)"
_WEEKDAY_AFTER = (
    rf"(?:\s*,?\s*\(?(?P<weekday_after>{any_of(FULL_WEEKDAYS)})(?![a-z])\)?"
    rf"|\s*\((?P<weekday_in>{any_of(WEEKDAYS)})\.?\))?"
)
_YEAR = r"(?P<year>\d{4}(?!\d|\s?:\d|\s?h(?![a-z]))|'\d{2}(?!\d)|\d{3}(?!\d|\s*[:h]|\s*-\s*\d)|\d{5}(?!\d))"
_AND_YEAR = rf"(?:\s*(?:,|\(|\bde\b|\bof\b)?\s*{_YEAR}\)?)?"

_MONTH_FIRST = re.compile(
    rf"(?<![a-z0-9]){_WEEKDAY}?(?:the\s+|le\s+)?(?P<month>{_MONTH})\s*(?P<days>{_DAYS_OF_MONTH})"
    rf"(?:\s+(?P<month_again>{_MONTH}))?{_AND_YEAR}{_WEEKDAY_AFTER}"
)
_DAY_BEFORE_MONTH = (
    rf"{_WEEKDAY}?(?:the\s+|les?\s+|du\s+)?(?P<days>{_DAYS})(?:\s+of\s+|\s*-\s*|\s+)(?P<month>{_MONTH})"
    rf"{_AND_YEAR}{_WEEKDAY_AFTER}"
)
_DAY_FIRST = re.compile(rf"(?<![a-z0-9/.:-]){_DAY_BEFORE_MONTH}")
_AFTER_SLASH = re.compile(rf"(?P<slash>\s*[/|]\s*){_DAY_BEFORE_MONTH}")  # the second date of "March 5 / 5 mars"
_DAY_MONTH_SHORT_YEAR = re.compile(
    rf"(?<![a-z0-9]){_WEEKDAY}?(?P<days>{_DAY})[-\s/](?P<month>{_MONTH})[-\s/](?P<year>\d{{2}})(?!\d|\s*[:h])"
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d/-]){_WEEKDAY}?(?P<year>(?:19|20)\d\d)([-/.])(?P<month>0?[1-9]|1[0-2])\3(?P<day>3[01]|[12]\d|0?[1-9])(?![\d])"
    rf"{_WEEKDAY_AFTER}"
)
_FIGURES = re.compile(
    rf"(?<![\d/.-]){_WEEKDAY}?(?P<first>\d{{1,2}})([/.-])(?P<second>\d{{1,2}})\3(?P<year>(?:19|20)\d\d|\d\d)(?![\d/-]){_WEEKDAY_AFTER}"
)
_NO_DAY = r"(?:00?|3[2-9]|[4-9]\d)(?:\s?(?:st|nd|rd|th|er|ere|e)(?![a-z]))?"
_NO_DAY_FOLLOWS = (
    r"(?:\s*,?\s*(?P<year>(?:19|20)\d\d)(?!\d|\s?[:h])|(?=\s*(?:[-,;:|()\[\]\0]\D|[,;)]?$))"
    r"|(?=\s+(?:(?:from|at|de|a)\s+)?\d{1,2}\s?(?::|h|[ap]\.?m)))"
)
_NO_DAY_OF_MONTH = (
    re.compile(rf"(?<![a-z0-9]){_WEEKDAY}?(?:the\s+|le\s+)?(?P<month>{_MONTH})\s*(?P<day>{_NO_DAY}){_NO_DAY_FOLLOWS}"),
    re.compile(
        rf"(?<![a-z0-9/.:-]){_WEEKDAY}?(?:the\s+|le\s+)?(?P<day>{_NO_DAY})\s+(?P<month>{_MONTH}){_NO_DAY_FOLLOWS}"
    ),
)
_NO_FIGURES = re.compile(
    rf"(?<![\d/.-]){_WEEKDAY}?(?:\d{{1,2}}([/.-])\d{{1,2}}\2(?:19|20)\d\d|(?:19|20)\d\d([/.-])\d{{1,2}}\3\d{{1,2}})(?![\d/-])"
)
_CONNECTOR = re.compile(
    r"^\s*(?:(?P<range>-|to|through|thru|until|au|jusqu'au)|(?P<choice>or|ou|,\s*or|,\s*ou)|"
    r"(?P<list>,|;|and|et|&|,\s*and|,\s*et|\+)|(?P<slash>/|\|))\s*$"
)
# A month alone, or a month with its year and with words about all its sessions: "June 2027 (Thursdays, noon ET)"
_ABOUT_ALL = (
    rf"(?:(?:{any_of(FULL_WEEKDAYS)})s?|noon|midi|at|a|to|from|de|les|[ap]\.?m\.?"
    rf"|{any_of(list(ZONE_ABBREVIATIONS))}|{any_of(list(ZONE_WORDS))}|time|\d{{1,2}}(?:[:h]\d\d|h)?)(?![a-z0-9])"
)
_ABOUT_TIME = r"(?=.*(?:[a-z]dis?\b|dimanche|[a-z]days?\b|noon|midi|\d\s?[ap]\.?m|\d[:h]))"
_MONTH_HEADING = re.compile(
    rf"^(?P<month>{any_of(MONTHS)})\.?,?\s*"
    rf"(?:(?P<year>20\d\d)(?:\s*[-,:(|]\s*{_ABOUT_TIME}(?:{_ABOUT_ALL}[\s,)-]*)+)?)?$"
)
# A day under the heading of its month: "14 - …", "3: …", "Thursday 14 - 12h00 …", "14 - 12h00 à 13h00 …"
_CLOCK = r"\d{1,2}\s?(?:h|:)\s?\d\d"
_DAY_ALONE = (
    re.compile(
        rf"^{_WEEKDAY}?(?:the\s+|le\s+)?(?P<day>{_DAY})(?:(?=\s*:\s*[^\d\s])|{_NOT_A_TIME})(?=\s*(?:[-:.,)\0]|$)|\s+[a-z])"
    ),
    re.compile(rf"^(?:the\s+|le\s+)?(?P<day>{_DAY})\s*\((?P<weekday>{any_of(WEEKDAYS)})\.?\)"),
    re.compile(rf"^{_WEEKDAY}(?P<day>{_DAY})(?=\s*[-,:]\s+\d)"),
    re.compile(rf"^(?P<weekday>)(?P<day>{_DAY})(?=\s*[-,:]\s+{_CLOCK}\s*(?:-|a|to)\s*\d)"),
)
_DAYS_ALONE = (
    re.compile(rf"^{_WEEKDAY}?(?:the\s+|les?\s+)?(?P<days>{_DAY}(?:{_BETWEEN}{_DAY}){{1,15}})[\s.]*$"),
    re.compile(
        rf"^(?P<days>{_DAY}(?:\s*(?:,|&|(?<![a-z])(?:and|et|or|ou)(?![a-z]))\s*{_DAY}){{1,15}})"
        rf"(?:\s*\((?P<weekday>{any_of(WEEKDAYS)})\.?\))?(?=\s*[-:]\s)"
    ),
)
_MONTH_THEN_DAYS = re.compile(
    rf"^{_WEEKDAY}?(?P<month>{_MONTH}),?\s*{_YEAR}\s*[-:]\s*(?P<days>{_DAY}(?:{_BETWEEN}{_DAY}){{0,15}})(?=[\s.]*$)"
)
_YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")
_SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-/]\s*(\d\d)(?!\d)")


# Greatest number of days from the first to the last day of one session. A longer range is the period of a series.
LONGEST_EVENT = 14


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A day in the text. `written_year` are the digits of its year. `year` is None if they are missing or no year."""

    month: int
    day: int
    year: int | None = None
    written_year: str = ""
    weekday: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


@dataclasses.dataclass(frozen=True, slots=True)
class DateMention:
    """A day, or several related days.

    `kind` is "one", "range", "choice", "list", "ambiguous", "impossible" or "open". "impossible" is a date that no
    calendar has, such as "May 32" or 13/45/2026; it has no days if no month can be read. "open" is a date that is not
    set yet, and has no days.
    """

    days: tuple[Day, ...]
    start: int
    end: int
    kind: str = "one"

    @property
    def is_long_range(self) -> bool:
        """Return whether this range is too long for one session and is therefore the period of a series."""
        if self.kind != "range":
            return False
        first, last = self.days[0], self.days[-1]
        apart = (last.month - first.month) % 12 * 30 + last.day - first.day
        return apart > LONGEST_EVENT


def find_dates(text: str, *, day_first: bool) -> list[DateMention]:
    """Return the dates in a line, from left to right. The line must be normalized by `plain`.

    A numeric date such as 03/02/2027, in which day and month can be exchanged, has the kind "ambiguous" and both days.
    If `day_first` is true, the day with the first number as day of the month comes first.
    """
    found = sorted(_candidates(text, day_first=day_first), key=lambda mention: (mention.start, -mention.end))
    apart: list[DateMention] = []
    for mention in found:
        if apart and mention.start < apart[-1].end and _has_number_before(apart[-1], mention):
            apart[-1] = mention
        elif not apart or mention.start >= apart[-1].end:
            apart.append(mention)
    for mention in _impossible(text):
        if all(mention.end <= other.start or other.end <= mention.start for other in apart):
            apart.append(mention)
    return _joined(text, sorted(apart, key=lambda mention: mention.start))


def _has_number_before(first: DateMention, second: DateMention) -> bool:
    """Return whether `first` is the number of a session and part of `second`, as in "1 November 30, 2026"."""
    return (
        second.end > first.end
        and len(second.days[0].written_year) == 4
        and all(len(day.written_year) != 4 and day.month == second.days[0].month for day in first.days)
    )


def _impossible(text: str) -> list[DateMention]:
    """Return the dates that no calendar has: "May 32", 13/45/2026, 2026-13-01."""
    found = [
        DateMention(
            (Day(MONTHS[match["month"].rstrip(".")], _number(match["day"]), int(match["year"] or 0) or None),),
            match.start(),
            match.end(),
            "impossible",
        )
        for pattern in _NO_DAY_OF_MONTH
        for match in pattern.finditer(text)
    ]
    found += [DateMention((), match.start(), match.end(), "impossible") for match in _NO_FIGURES.finditer(text)]
    return found


def month_heading(text: str) -> tuple[int, int | None] | None:
    """Return month and year of a line that contains only a month and perhaps a year, else None."""
    match = _MONTH_HEADING.match(text.strip(" :-#*=_"))
    return (MONTHS[match["month"]], int(match["year"]) if match["year"] else None) if match else None


def day_alone(text: str, month: int, year: int | None) -> DateMention | None:
    """Return the day of this month at the start of a line ("Thursday 14 - …"), or None if there is none.

    If the line contains only days of the month ("3, 17"), return all of them.
    """
    if match := next(filter(None, (pattern.match(text) for pattern in _DAYS_ALONE)), None):
        days, kind = [_number(day.group()) for day in re.finditer(_DAY, match["days"])], _kind_between(match["days"])
    elif match := next(filter(None, (pattern.match(text) for pattern in _DAY_ALONE)), None):
        days, kind = [_number(match["day"])], "one"
    else:
        return None
    weekday = WEEKDAYS[match["weekday"]] if match["weekday"] else None
    made = (Day(month, day, year, str(year or ""), None if at else weekday) for at, day in enumerate(days))
    return DateMention(tuple(made), 0, match.end(), kind)


def _kind_between(days: str) -> str:
    """Return whether the words between several days mean a choice, a range or a list of them."""
    between = re.sub(_DAY, " ", days)
    if re.search(r"\b(?:or|ou)\b|/", between):
        return "choice"
    return "range" if re.search(r"-|\b(?:to|through|au)\b", between) else "list"


def weekdays_named(text: str) -> set[int]:
    """Return the days of the week in a text, in the singular or plural."""
    return {WEEKDAYS[name] for name in re.findall(rf"(?<![a-z])({any_of(FULL_WEEKDAYS)})s?(?![a-z])", text)}


def names_weekdays(text: str) -> bool:
    """Return whether a text has a day of the week in the plural, such as "Thursdays" or "les jeudis"."""
    return bool(re.search(rf"(?<![a-z])(?:{any_of(FULL_WEEKDAYS)})s(?![a-z])", text))


def years_named(text: str) -> list[int]:
    """Return the years in a heading such as "2026-2027", "2026-27" or "Winter 2027"."""
    years = [int(year) for year in _YEARS.findall(text)]
    for first, second in _SCHOOL_YEAR.findall(text):
        years += [int(first), int(first[:2] + second)]
    return sorted(set(years))


def _candidates(text: str, *, day_first: bool) -> list[DateMention]:
    found = []
    if match := _MONTH_THEN_DAYS.match(text):
        year, written = _year_of(match["year"].lstrip("'"))
        days = [_number(day.group()) for day in re.finditer(_DAY, match["days"])]
        made = tuple(Day(MONTHS[match["month"].rstrip(".")], day, year, written) for day in days)
        kind = "one" if len(days) == 1 else _kind_between(match["days"])
        found.append(DateMention(made, match.start(), match.end(), kind))
    for match in _MONTH_FIRST.finditer(text):
        found.append(_days_of_month(match))
        if second := _AFTER_SLASH.match(text, found[-1].end):
            found.append(_days_of_month(second))
    found += [_days_of_month(match) for match in _DAY_FIRST.finditer(text)]
    found += [_days_of_month(match) for match in _DAY_MONTH_SHORT_YEAR.finditer(text)]
    for match in _YEAR_FIRST.finditer(text):
        day = Day(int(match["month"]), int(match["day"]), int(match["year"]), match["year"], _weekday(match))
        found.append(DateMention((day,), match.start(), match.end()))
    found += [mention for match in _FIGURES.finditer(text) if (mention := _figures(match, day_first=day_first))]
    return found


def _days_of_month(match: re.Match[str]) -> DateMention:
    written = (match["year"] or "").lstrip("'")
    year, written_year = _year_of(written)
    month = MONTHS[match["month"].rstrip(".")]
    groups = match.groupdict()
    weekday = _weekday(match)
    again = groups.get("month_again")  # "Jan. 14 janv." names the month in both languages
    if again and MONTHS[again.rstrip(".")] != month:
        return DateMention((Day(month, _number(match["days"]), weekday=weekday),), match.start(), match.end("days"))
    text = match["days"]
    days = [_number(day.group()) for day in re.finditer(_DAY, text)]
    if len(days) > 1 and len(set(days)) == 1 and groups.get("weekday") == "mar":
        weekday = None  # "Mar 10 / 10 mars" names the month twice, not Tuesday (mardi)
    kind, end = "one", match.end()
    if len(days) > 1:
        between = re.sub(_DAY, " ", text)
        if re.search(r"\b(?:or|ou)\b", between):
            kind = "choice"
        elif not written and len(set(days)) > 1 and re.match(r"\s*/", between):
            kind = "choice"  # "Jan 20/27" is two days, or a day and a year
        elif re.search(r"-|\b(?:to|through|au)\b", between):
            kind = "range"
        elif written or re.search(r"\b(?:and|et)\b|&", between):
            kind = "list"
        else:  # only commas: the numbers after the first day may not be days
            first = re.match(_DAY, text)
            days, written_year, year = days[:1], "", None
            end = match.start("days") + (first.end() if first else len(text))
            if match.start("month") > match.start("days"):
                days, end = [_number(list(re.finditer(_DAY, text))[-1].group())], match.end()
    made = tuple(Day(month, day, year, written_year, weekday if index == 0 else None) for index, day in enumerate(days))
    return DateMention(made, match.end("slash") if "slash" in groups else match.start(), end, kind)


def _figures(match: re.Match[str], *, day_first: bool) -> DateMention | None:
    first, second = int(match["first"]), int(match["second"])
    year, written = _year_of(match["year"])
    weekday = _weekday(match)
    candidates = [
        Day(month, day, year, written, weekday)
        for month, day in ((second, first), (first, second))
        if 1 <= month <= 12 and 1 <= day <= 31
    ]
    if not day_first:
        candidates.reverse()
    if not candidates:
        return None
    if len(candidates) == 2 and first != second:
        if weekday is not None and year is not None:
            fitting = [day for day in candidates if (date := day.in_year(year)) and date.weekday() == weekday]
            if len(fitting) == 1:
                return DateMention(tuple(fitting), match.start(), match.end())
        return DateMention(tuple(candidates), match.start(), match.end(), "ambiguous")
    return DateMention(tuple(candidates[:1]), match.start(), match.end())


def _year_of(written: str) -> tuple[int | None, str]:
    if len(written) == 2:
        return 2000 + int(written), written
    if len(written) == 4:
        return int(written), written
    return None, written


def _weekday(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    name = groups.get("weekday") or groups.get("weekday_after") or groups.get("weekday_in")
    return WEEKDAYS[name] if name else None


def _number(day: str) -> int:
    digits = re.match(r"\d+", day)
    return int(digits.group()) if digits else 0


def _joined(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """Join dates that are separated only by a connector: ranges, choices, lists, and one date in two languages."""
    joined: list[DateMention] = []
    for mention in mentions:
        match = _CONNECTOR.match(text[joined[-1].end : mention.start]) if joined else None
        if match is None or {"ambiguous", "impossible"} & {joined[-1].kind, mention.kind}:
            joined.append(mention)
            continue
        before = joined.pop()
        same = len(before.days) == len(mention.days) and all(
            (one.month, one.day) == (two.month, two.day) for one, two in zip(before.days, mention.days, strict=True)
        )
        if same and not match["range"]:
            joined.append(dataclasses.replace(before, days=_completed(before.days, mention.days), end=mention.end))
            continue
        kind = _kind(match, before, mention)
        joined.append(DateMention(_with_year(before.days, mention.days), before.start, mention.end, kind))
    return joined


def _kind(match: re.Match[str], before: DateMention, after: DateMention) -> str:
    kind = "range" if match["range"] else "choice" if match["choice"] or match["slash"] else "list"
    kinds = {kind, before.kind, after.kind} - {"one"}
    if len(kinds) > 1 and kind != "list":
        return "choice" if "choice" in kinds else "range"
    return "choice" if "choice" in kinds else "range" if "range" in kinds else kind


def _completed(before: tuple[Day, ...], after: tuple[Day, ...]) -> tuple[Day, ...]:
    return tuple(
        one if one.year is not None else dataclasses.replace(two, weekday=one.weekday or two.weekday)
        for one, two in zip(before, after, strict=True)
    )


def _with_year(before: tuple[Day, ...], after: tuple[Day, ...]) -> tuple[Day, ...]:
    """Return all days. A day without a year gets the year of the last day, if that has one.

    If its month and day are later than those of the last day, it gets the preceding year.
    """
    last = after[-1]
    if last.year is None:
        return before + after
    dated = []
    for day in before:
        if day.written_year:
            dated.append(day)
        else:
            year = last.year if (day.month, day.day) <= (last.month, last.day) else last.year - 1
            dated.append(dataclasses.replace(day, year=year, written_year=last.written_year))
    return (*dated, *after)
