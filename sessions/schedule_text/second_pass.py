"""Compare the draft rows with the text once more, and doubt the rows that do not explain all of it.

This pass does not use the facts that the parser found, so that a mistake of the parser is not repeated here. It changes
no value of a row. It adds findings, and lists headings with a date that no row has as not understood.
"""

import re
from collections.abc import Sequence

from sessions.schedule_text.accounting import Account, account_of, minutes_of, parts_between, written
from sessions.schedule_text.agreement import check_forms
from sessions.schedule_text.draft_rows import DraftRow, Finding, LineKind, SourceLine
from sessions.schedule_text.plain_text import blanked, plain
from sessions.schedule_text.title_marks import check_titles
from sessions.schedule_text.words import (
    FULL_WEEKDAYS,
    MONTHS,
    NO_SESSION,
    OTHER_DATES,
    PAUSE,
    RULE,
    UNCONFIRMED,
    any_of,
)

_MONTH = re.compile(
    rf"(?<![a-z])(?:{any_of([name for name in MONTHS if name not in ('may', 'mar', 'mai')])})(?![a-z])"
    rf"|(?<!\d)\d{{1,2}}\s*(?:{any_of(MONTHS)})(?![a-z])|(?<![a-z])(?:{any_of(MONTHS)})\s*\d{{1,2}}(?!\d)"
)
_NO_DAY = re.compile(
    rf"(?<![a-z])(?:{any_of(MONTHS)})\W{{1,3}}\d{{1,2}}(?!\d)|(?<!\d)\d{{1,2}}\s+(?:{any_of(MONTHS)})(?![a-z])"
)
# Words of a heading about a period, such as "Thursdays, January to June 2027, noon ET".
_CONTEXT = re.compile(
    rf"(?<![a-z])(?:{any_of(MONTHS)}|(?:{any_of(FULL_WEEKDAYS)})s?|to|until|through|from|and|au|du|de|et|les|the|noon|midi"
    r"|fall|spring|winter|summer|autumn|printemps|automne|hiver|ete|session|sessions|schedule|series|program|programme"
    r"|calendar|calendrier|horaire|serie|seances?|dates?|upcoming|webinars?|webinaires?|echo|edition|topics)(?![a-z])"
)
# A row with one of these findings already says that its date, its hour or its zone must be checked.
_DATES_SAID = {
    "dates-several",
    "date-choice",
    "date-range",
    "date-impossible",
    "date-ambiguous",
    "rows-from-list",
    "other-date",
    "cancelled-said",
    "date-rule",
    "zone-converted",
}
_HOURS_SAID = {
    "times-several",
    "hour-impossible",
    "zone-converted",
    "zones-several",
    "cancelled-said",
    "date-impossible",
}
_ZONES_SAID = {"zones-several", "zone-contradicted", "zone-converted", "zone-unknown", "zones-disagree"}


def check_against_text(rows: Sequence[DraftRow], lines: Sequence[str], used: Sequence[SourceLine]) -> list[Finding]:
    """Add findings to the rows, and return findings about the lines that belong to no row.

    `lines` are all lines of the text, and `used` are those that are not empty, with their use, which may be changed.
    """
    accounts = [account_of(row, lines) for row in rows]
    for row, account in zip(rows, accounts, strict=True):
        _check_words(row, account)
        _check_date(row, account)
        _check_hours(row, account)
        _check_zone(row, account)
        if any(RULE.search(plain(lines[number - 1])) for number in row.lines):
            row.find("rule-said")
    check_forms(rows, accounts, lines)
    check_titles(rows, [line.text for line in used if line.kind == LineKind.HEADING])
    return _check_rest(rows, used)


def _check_words(row: DraftRow, account: Account) -> None:
    said = plain(" ".join(str(finding.values.get("written", "")) for finding in row.findings)).split()
    if left := [part for part in account.of("W") if plain(part.written) not in said]:
        row.find("words-left", written=written(left))
    if not account.is_title_whole:
        row.find("title-in-pieces")


def _check_date(row: DraftRow, account: Account) -> None:
    """Add a finding if the lines name another date, another day of the week, or not the date of the row."""
    if row.on_date is None or _DATES_SAID & set(row.codes):
        return
    own = {(row.on_date.month, row.on_date.day), (0, row.on_date.day)}
    named = account.of("D")
    others = [part for part in named if not own & part.value or len(part.value) > 2]
    days = [part for part in account.of("G") if isinstance(part.value, int) and part.value != row.on_date.weekday()]
    if others:
        row.find("date-left", written=written(others))
    elif days and not {"weekday-disagrees", "weekday-not-of-heading"} & set(row.codes):
        row.find("date-left", written=written(days))
    elif not named and "date-from-heading" not in row.codes:
        row.find("date-unseen")


def _check_hours(row: DraftRow, account: Account) -> None:
    """Add a finding if the lines name an hour, modulo twelve hours, that is not the start, the end or the length."""
    if _HOURS_SAID & set(row.codes):
        return
    start, end = minutes_of(row.start_time), minutes_of(row.end_time)
    known = {minute % 720 for minute in (start, end) if minute is not None}
    if start is not None and end is not None:
        known.add((end - start) % 720)
    others = [part for part in account.of("H") if part.value % 720 not in known]
    if others:
        row.find("hour-left", written=written(others))


def _check_zone(row: DraftRow, account: Account) -> None:
    zones = account.of("Z")
    if not zones or _ZONES_SAID & set(row.codes):
        return
    others = [part for part in zones if part.value != row.zone]
    if others or "zone-missing" in row.codes:
        row.find("zone-left", written=written(others or zones))


def _check_rest(rows: Sequence[DraftRow], used: Sequence[SourceLine]) -> list[Finding]:
    """Return findings about lines without a session that name a date, an hour, a zone or a rule that no row has."""
    days = {(row.on_date.month, row.on_date.day) for row in rows if row.on_date}
    hours = {
        minute % 720
        for row in rows
        for minute in (minutes_of(row.start_time), minutes_of(row.end_time))
        if minute is not None
    }
    zones = {row.zone for row in rows}
    dated, timed = [], []
    for line in used:
        if line.kind == LineKind.ROW:
            continue
        text = plain(line.text)
        parts = parts_between(text, line.text, line.number)
        other_days = [part for part in parts if part.kind == "D" and not _is_known(part.value, days)]
        named = {part.value for part in parts if part.kind == "Z"}
        other_hours = [part for part in parts if part.kind == "H" and part.value % 720 not in hours]
        is_other_hour = len(named) < 2 and (other_hours or not named <= zones)  # an hour in several zones is one hour
        if (other_days or _is_open(line, blanked(text, [(part.start, part.end) for part in parts]))) and not any(
            words.search(text) for words in (OTHER_DATES, NO_SESSION, PAUSE)
        ):
            dated.append(line.number)
            line.kind = LineKind.NOT_UNDERSTOOD
        elif is_other_hour and rows:
            timed.append(line.number)
    findings = []
    if dated:
        findings.append(Finding("dates-left", {"lines": dated}))
    if timed:
        findings.append(Finding("hours-left", {"lines": timed}))
    return findings


def _is_open(line: SourceLine, text: str) -> bool:
    """Return whether a heading has a month and other words, or a month and a number that is no day: "April: Pain".

    `text` is the line without dates.
    """
    if line.kind != LineKind.HEADING or "\t" in text or (not _MONTH.search(text) and not UNCONFIRMED.search(text)):
        return False
    rest = _CONTEXT.sub(" ", text)
    return bool(re.search(r"[a-z]{3,}", rest) or _NO_DAY.search(text))


def _is_known(value: frozenset[tuple[int, int]], days: set[tuple[int, int]]) -> bool:
    return bool(value & days) or any(month == 0 and any(day == known for _month, known in days) for month, day in value)
