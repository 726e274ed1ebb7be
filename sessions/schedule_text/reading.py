"""Parse a schedule: lines into facts, facts into sessions, and sessions into draft rows with findings."""

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from echo_portal.lib.zones import EASTERN
from sessions.schedule_text.build import Draft, apply_times, drafts_of
from sessions.schedule_text.checks import check_languages, check_people, check_rows, check_whole, check_zones
from sessions.schedule_text.dates import month_heading, names_weekdays, weekdays_named, years_named
from sessions.schedule_text.delimited import with_tabs
from sessions.schedule_text.draft_rows import Finding, LineKind, ParsedSchedule, SourceLine
from sessions.schedule_text.facts import Facts, bare_number, key_named, read_line
from sessions.schedule_text.layout import Layout, lay_out
from sessions.schedule_text.offsets import convert_offsets
from sessions.schedule_text.pairs import join_pairs, split_titles
from sessions.schedule_text.plain_text import plain, split_lines, without_bullet
from sessions.schedule_text.second_pass import check_against_text
from sessions.schedule_text.tables import cells_of, heading_roles, zone_columns
from sessions.schedule_text.times import TimeMention, with_length
from sessions.schedule_text.titles import language_of
from sessions.schedule_text.years import set_dates

MOST_ROWS = 300
_SASKATCHEWAN = re.compile(r"\b(?:saskatchewan|saskatoon|regina|prince albert)\b")
_MANITOBA = re.compile(r"\b(?:manitoba|winnipeg)\b")


class TooManyRowsError(ValueError):
    """Raised if the text contains more sessions than MOST_ROWS."""


def read_schedule(text: str, *, as_of: dt.date, language: str = "", zone: str = EASTERN) -> ParsedSchedule:
    """Parse a text into draft rows, and return them with the findings and the use of each line.

    `as_of` is the day from which missing years are inferred, and before which a date is past. `language` is used where
    the text is ambiguous: for a title that may be in either language, and for the order of day and month in a numeric
    date. If it is empty, it is the language of most words. `zone` is used if the text names no time zone. Raises
    TooLongError or TooManyRowsError, and no exception for any other text.
    """
    raw = with_tabs(split_lines(text))
    language = language or language_of(text) or "en"
    facts = _facts_of(raw, is_french=language == "fr")
    layout = lay_out(facts)
    if len(layout.segments) > MOST_ROWS:
        raise TooManyRowsError(MOST_ROWS)
    drafts = [draft for segment in layout.segments for draft in drafts_of(segment, language=language)]
    if len(drafts) > MOST_ROWS:
        raise TooManyRowsError(MOST_ROWS)

    years = sorted({year for line in layout.headings for year in years_named(plain(line.text))})
    _inherit_weekday(drafts, layout)
    set_dates(drafts, as_of=as_of, years=years)
    _inherit_hours(drafts, layout)
    _inherit_length(drafts, layout)
    _inherit_zone(drafts, layout, zone)
    if _SASKATCHEWAN.search(plain(text)) and not _MANITOBA.search(plain(text)):
        _use_saskatchewan(drafts)
    convert_offsets(drafts)
    split_titles(drafts, raw)
    drafts = join_pairs(drafts)
    for draft in drafts:
        check_zones(draft)
    rows = [draft.row for draft in drafts]
    check_languages(rows, raw)
    check_people(rows, raw)
    check_rows(rows, as_of=as_of)
    around = [*layout.headings, *layout.left]
    credits = next((line.credits for line in around if line.credits is not None), None)
    totals = [line.total for line in facts if line and line.total]
    count = next((line.announced for line in around if line.announced), totals[0] if totals else None)
    findings = [Finding("no-rows")] if not rows else check_whole(rows, credits=credits, session_count=count)
    says_key, key = key_named(raw)
    if says_key:
        findings.append(Finding("key-named", {"key": key}) if key else Finding("key-said"))
    lines = _lines_of(raw, layout)
    findings += check_against_text(rows, raw, lines)
    return ParsedSchedule(rows, lines, findings, credits, count, needs_key=says_key)


def _facts_of(raw: Sequence[str], *, is_french: bool) -> list[Facts | None]:
    """Return the facts of each line, or None for an empty line.

    Number the sessions by "1.", "2." at the start of lines, or apply a month heading to the lines below it, if the
    text has this format.
    """
    zones = zone_columns([without_bullet(line) for line in raw])
    first = [
        read_line(at, line, is_french=is_french, zone_column=zone) if line.strip() else None
        for at, (line, zone) in enumerate(zip(raw, zones, strict=True), 1)
    ]
    bare = not any(line and line.is_labelled_number for line in first) and _numbers_sessions(first)
    found: list[Facts | None] = []
    month: tuple[int, int | None] | None = None
    for at, (text, line) in enumerate(zip(raw, first, strict=True), 1):
        month = (line and _month_of(line)) or month
        if line and (bare or (month and not line.dates)):
            is_item = _is_item(raw, at)
            above = None if bare or is_item else month
            column = zones[at - 1]
            found.append(read_line(at, text, is_french=is_french, bare_numbers=bare, month=above, zone_column=column))
        else:
            found.append(line)
    return found


def _month_of(line: Facts) -> tuple[int, int | None] | None:
    """Return the month in a heading, which may be the first cell of a line of column headings."""
    cells = cells_of(line.text)
    is_table = len(cells) > 1 and heading_roles(["date", *cells[1:]])
    return month_heading(plain(cells[0] if is_table else without_bullet(line.text)))


def _is_item(raw: Sequence[str], at: int) -> bool:
    """Return whether line `at` is part of a list "1. …", "2. …" below a line that ends with a colon."""
    while at > 1 and (number := bare_number(raw[at - 1])) is not None:
        if number == 1:
            return raw[at - 2].rstrip().endswith(":")
        at -= 1
    return False


def _numbers_sessions(lines: Sequence[Facts | None]) -> bool:
    """Return whether "1.", "2." at the start of lines are session numbers.

    They are if at least half of them are followed by a date before the next number or month heading.
    """
    numbered, dated, open_number = 0, 0, False
    for line in lines:
        if line is None:
            continue
        if month_heading(plain(without_bullet(line.text))):
            open_number = False
        if bare_number(line.text) is not None:
            numbered, open_number = numbered + 1, True
        if open_number and (line.dates or line.says_unconfirmed):
            dated, open_number = dated + 1, False
    return numbered > 1 and dated * 2 >= numbered


def _inherit_weekday(drafts: Sequence[Draft], layout: Layout) -> None:
    """Set the day of the week in the nearest line above that applies to all sessions, such as "Thursdays, noon".

    If there is no such line above, the first one in the text is used. It decides the year of a date without a day of
    the week. Nothing is set if the line names several days of the week.
    """
    named = [
        (line.number, days)
        for line in sorted([*layout.headings, *layout.left], key=lambda line: line.number)
        if (days := _weekdays_for_all(line))
    ]
    for draft in drafts:
        if not named or draft.day is None:
            continue
        above = [days for number, days in named if number < draft.row.lines[0]]
        days = above[-1] if above else named[0][1]
        if len(days) == 1:
            draft.heading_weekday = next(iter(days))


def _weekdays_for_all(line: Facts) -> set[int]:
    """Return the days of the week in a line without a date that states a rule, a time or a plural: "les jeudis"."""
    text = plain(line.text)
    if line.is_other_date or line.says_no_session or any(date.kind != "range" for date in line.dates):
        return set()
    return weekdays_named(text) if line.says_rule or line.times or names_weekdays(text) else set()


def _inherit_hours(drafts: Sequence[Draft], layout: Layout) -> None:
    """Set the times of rows without times to those of the nearest line above that applies to all sessions.

    If there is no such line above, the first one in the text is used.
    """
    timed = [
        line
        for line in (*layout.headings, *layout.left)
        if line.times and not any(date.kind == "one" for date in line.dates)
    ]
    for draft in drafts:
        if draft.times or not timed or {"held-already", "hour-impossible"} & set(draft.row.codes):
            continue
        above = [line for line in timed if line.number < draft.row.lines[0]]
        heading = above[-1] if above else timed[0]
        own = draft.row.zone
        apply_times(draft.row, heading.times, heading.zone)
        if own and own != draft.row.zone:
            if draft.row.zone:
                draft.row.find("zone-contradicted", zone=draft.row.zone, other=own)
            draft.row.zone = draft.row.zone or own
        draft.times = heading.times
        draft.row.find("time-from-heading")
        if heading in layout.left:
            layout.left.remove(heading)
            layout.headings.append(heading)


def _inherit_length(drafts: Sequence[Draft], layout: Layout) -> None:
    """Set missing ends, if the lines about all sessions state one length."""
    lengths = {line.duration for line in layout.headings if line.duration}
    for draft in drafts:
        row = draft.row
        if len(lengths) == 1 and row.start_time and row.end_time is None:
            row.end_time = with_length(TimeMention(row.start_time, None, 0, 0), *lengths).end_time
            row.find("time-from-heading")


def _inherit_zone(drafts: Sequence[Draft], layout: Layout, zone: str) -> None:
    """Set the zone of rows with times but without a zone.

    It is the zone in the headings, else the zone of all other rows, else `zone`. The last two add a finding.
    """
    around = [*layout.headings, *layout.left]
    named = [line.zone[0] for line in around if line.zone]
    named += [time.zone for line in around for time in line.times if time.zone]
    others = {draft.row.zone for draft in drafts if draft.row.zone}
    for draft in drafts:
        row = draft.row
        if row.start_time is None or row.zone:
            if row.start_time is None and "times-several" not in row.codes:
                row.zone = ""
            continue
        if len(set(named)) == 1:
            row.zone = named[0]
            continue
        row.zone = next(iter(others)) if len(others) == 1 else zone
        row.find("zone-missing", zone=row.zone)


def _use_saskatchewan(drafts: Sequence[Draft]) -> None:
    """Read Central time as that of Saskatchewan, which does not use daylight saving time."""
    for draft in drafts:
        row = draft.row
        if "zone-approximate" in row.codes and row.zone == "America/Winnipeg":
            row.zone = "America/Regina"
            row.findings = [finding for finding in row.findings if finding.code != "zone-approximate"]
            row.find("zone-approximate", zone=row.zone)
            draft.times = [dataclasses.replace(time, zone=row.zone) if time.zone else time for time in draft.times]


def _lines_of(raw: Sequence[str], layout: Layout) -> list[SourceLine]:
    kinds = {line.number: LineKind.HEADING for line in layout.headings}
    kinds |= {line.number: LineKind.ROW for segment in layout.segments for line in segment.lines}
    return [
        SourceLine(number, line, kinds.get(number, LineKind.NOT_UNDERSTOOD))
        for number, line in enumerate(raw, 1)
        if line.strip()
    ]
