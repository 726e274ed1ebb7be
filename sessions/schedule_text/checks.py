"""Findings about the rows of a schedule: unusual or repeated times, numbers, days and titles, and wrong totals."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from echo_portal.lib.zones import WallTimeError, utc_of
from sessions.schedule_text.build import Draft
from sessions.schedule_text.draft_rows import DraftRow, Finding
from sessions.schedule_text.people import may_name_person
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.times import TimeMention
from sessions.schedule_text.titles import language_of
from sessions.schedule_text.words import ZONE_ABBREVIATIONS

EARLIEST, LATEST = dt.time(7), dt.time(22)
LONGEST = dt.timedelta(hours=4)
FAR = dt.timedelta(days=800)
SEASONS = re.compile(r"\b(?:(?P<standard>standard|normale)|daylight|savings?|avancee)\b")


def check_rows(rows: Sequence[DraftRow], *, as_of: dt.date) -> None:
    """Add to each row the findings about its own values, and about its differences from the other rows.

    `as_of` is the day with which dates are compared.
    """
    for row in rows:
        _check_day(row, as_of)
        _check_hours(row)
    _check_usual(rows)
    _check_repeated(rows)
    _check_order(rows)


def check_whole(rows: Sequence[DraftRow], *, credits: Decimal | None, session_count: int | None) -> list[Finding]:
    """Return the findings about the whole schedule: missing numbers, wrong totals and missing translations.

    `credits` and `session_count` are the totals that the schedule announces.
    """
    findings = []
    numbers = sorted({row.number for row in rows if row.number is not None})
    if numbers and (missing := sorted(set(range(1, numbers[-1] + 1)) - set(numbers))):
        findings.append(Finding("number-gap", {"numbers": missing[:20]}))
    if rows and session_count is not None and session_count != len(rows):
        findings.append(Finding("count-differs", {"announced": session_count, "count": len(rows)}))
    hours = _hours_of(rows)
    if rows and credits is not None and hours != credits:
        findings.append(Finding("credits-differ", {"credits": credits, "hours": hours, "count": len(rows)}))
    titled = [row for row in rows if row.title_en or row.title_fr]
    for code, without in (("french-missing", "title_fr"), ("english-missing", "title_en")):
        count = sum(not getattr(row, without) for row in titled)
        if count:
            findings.append(Finding(code, {"count": count}))
    return findings


def check_languages(rows: Sequence[DraftRow], lines: Sequence[str]) -> None:
    """Add a finding to each row with one title of uncertain language, if the lines and titles are in both languages."""
    titles = [(row, row.title_en or row.title_fr) for row in rows if bool(row.title_en) != bool(row.title_fr)]
    spoken = {language_of(text) for text in (*lines, *(title for _row, title in titles))}
    if not {"en", "fr"} <= spoken and not any(row.title_en and row.title_fr for row in rows):
        return
    for row, title in titles:
        if not language_of(title):
            row.find("title-language", language="fr" if row.title_fr else "en")


def check_people(rows: Sequence[DraftRow], lines: Sequence[str]) -> None:
    """Add a finding to each title that ends with brackets that may name a presenter.

    They may if they are written like a name, or if other sessions have their presenters in brackets.
    """
    are_usual = any(
        f"({name}" in line for row in rows for name in row.presenters for line in (lines[at - 1] for at in row.lines)
    )
    for row in rows:
        for title in (row.title_en, row.title_fr):
            inside = title[:-1].rpartition("(")[2] if title.endswith(")") else ""
            if inside and not row.presenters and (are_usual or may_name_person(inside)):
                row.find("presenter-uncertain", written=inside)


def check_zones(draft: Draft) -> None:
    """Add findings about time zones: an abbreviation that is not used on that day, or zones that disagree."""
    row = draft.row
    zoned = [time for time in draft.times if time.zone]
    if len({time.zone for time in zoned}) > 1:
        row.find("zones-several", zone=row.zone, written=", ".join(dict.fromkeys(time.zone_text for time in zoned)))
        if row.on_date and len({_moment(row.on_date, time) for time in zoned}) > 1:
            row.find("zones-disagree", zone=row.zone)
    if row.on_date is None:
        return
    for time in zoned:
        offset = _offset_named(time)
        there = dt.datetime.combine(row.on_date, time.start_time, ZoneInfo(time.zone)).utcoffset()
        if offset is not None and there != dt.timedelta(hours=offset):
            row.find("zone-abbreviation", written=time.zone_text, zone=time.zone)


def _offset_named(time: TimeMention) -> float | None:
    """Return the UTC offset in hours of a zone named for one season, such as "EST" or "Eastern Standard Time"."""
    words = plain(time.zone_text)
    if words in ZONE_ABBREVIATIONS:
        return ZONE_ABBREVIATIONS[words][1]
    named = SEASONS.search(words)
    offsets = [offset for zone, offset in ZONE_ABBREVIATIONS.values() if zone == time.zone and offset is not None]
    if named is None or not offsets:
        return None
    return min(offsets) if named["standard"] else max(offsets)


def _moment(day: dt.date, time: TimeMention) -> dt.datetime:
    return dt.datetime.combine(day, time.start_time, ZoneInfo(time.zone)).astimezone(dt.UTC)


def _check_day(row: DraftRow, as_of: dt.date) -> None:
    if row.on_date is None:
        if not any(code.startswith("date") and code != "date-from-heading" for code in row.codes):
            row.find("date-missing")
        return
    if row.on_date < as_of:
        row.find("date-past", date=row.on_date)
    elif row.on_date - as_of > FAR:
        row.find("date-far", date=row.on_date)
    if row.on_date.weekday() >= 5:
        row.find("weekend", date=row.on_date)


def _check_hours(row: DraftRow) -> None:
    if row.start_time is None:
        if not {"times-several", "hour-impossible"} & set(row.codes):
            row.find("hour-missing")
        return
    if row.end_time is None:
        row.find("end-missing")
    elif row.end_time <= row.start_time:
        row.find("end-before-start", start=row.start_time, end=row.end_time)
    elif length_of(row) > LONGEST:
        row.find("long", start=row.start_time, end=row.end_time)
    if row.start_time < EARLIEST or row.start_time >= LATEST or (row.end_time and row.end_time > LATEST):
        row.find("hour-unusual", start=row.start_time)
    if row.on_date and row.zone:
        for time in filter(None, (row.start_time, row.end_time)):
            try:
                utc_of(dt.datetime.combine(row.on_date, time), row.zone)
            except WallTimeError:
                row.find("clock-skips", date=row.on_date, time=time, zone=row.zone)
            else:
                if _is_repeated(row.on_date, time, row.zone):
                    row.find("clock-repeats", date=row.on_date, time=time, zone=row.zone)


def _is_repeated(day: dt.date, time: dt.time, zone: str) -> bool:
    """Return whether this local time occurs twice on this day, because clocks go back."""
    first = dt.datetime.combine(day, time, ZoneInfo(zone))
    return first.utcoffset() != first.replace(fold=1).utcoffset()


def length_of(row: DraftRow) -> dt.timedelta:
    """Return the time from the local start to the local end of the session, or zero if one of them is missing."""
    if row.start_time is None or row.end_time is None:
        return dt.timedelta()
    day = dt.date(2000, 1, 1)
    return dt.datetime.combine(day, row.end_time) - dt.datetime.combine(day, row.start_time)


def _check_usual(rows: Sequence[DraftRow]) -> None:
    """Add a finding to each row whose start time, length or day of the week differs from most other rows."""
    usual_start = _usual([row.start_time for row in rows if row.start_time], least=2, share=0.5)
    usual_day = _usual([row.on_date.weekday() for row in rows if row.on_date], least=3, share=0.6)
    lengths = [length_of(row) for row in rows if length_of(row) > dt.timedelta()]
    usual_length = _usual(lengths, least=2, share=0.5)
    for row in rows:
        if usual_start and row.start_time and row.start_time != usual_start:
            row.find("hour-differs", start=row.start_time, usual=usual_start)
        elif usual_length and length_of(row) > dt.timedelta() and length_of(row) != usual_length:
            row.find("length-differs", usual=int(usual_length.total_seconds() // 60))
        if (
            usual_day is not None
            and row.on_date
            and row.on_date.weekday() != usual_day
            and not {"weekend", "weekday-disagrees", "weekday-not-of-heading"} & set(row.codes)
        ):
            row.find("weekday-differs", date=row.on_date, usual=usual_day)


def _usual[T: Hashable](values: Sequence[T], *, least: int, share: float) -> T | None:
    """Return the most frequent value, or None if it is not frequent enough or another value is as frequent.

    It must occur at least `least` times, and make up at least the fraction `share` of all values.
    """
    common = Counter(values).most_common(2)
    if not common or common[0][1] < least or common[0][1] < share * len(values):
        return None
    return None if len(common) > 1 and common[1][1] == common[0][1] else common[0][0]


def _check_repeated(rows: Sequence[DraftRow]) -> None:
    """Add a finding to each row whose number, title, day and time, or day another row has as well."""
    keys: tuple[tuple[str, Callable[[DraftRow], Hashable]], ...] = (
        ("number-twice", lambda row: row.number),
        ("title-twice", lambda row: (row.title_en or row.title_fr).casefold() or None),
        ("same-time", lambda row: (row.on_date, row.start_time) if row.on_date and row.start_time else None),
        ("same-day", lambda row: row.on_date),
    )
    for code, key_of in keys:
        groups: dict[Hashable, list[DraftRow]] = {}
        for row in rows:
            if (key := key_of(row)) is not None:
                groups.setdefault(key, []).append(row)
        for group in groups.values():
            if len(group) > 1:
                for row in group:
                    if code != "same-day" or not {"same-time", "date-from-heading"} & set(row.codes):
                        row.find(code, number=row.number, title=row.title_en or row.title_fr, date=row.on_date)


def _check_order(rows: Sequence[DraftRow]) -> None:
    latest: dt.date | None = None
    for row in rows:
        if row.on_date is None:
            continue
        if latest and row.on_date < latest:
            row.find("out-of-order", date=row.on_date, before=latest)
        latest = max(latest, row.on_date) if latest else row.on_date


def _hours_of(rows: Sequence[DraftRow]) -> Decimal:
    """Return the total length of all sessions in hours.

    A session without times counts as the most frequent length or, if there is none, as one hour.
    """
    lengths = [length_of(row) for row in rows if row.start_time and row.end_time and row.end_time > row.start_time]
    usual = _usual(lengths, least=1, share=0.5) or dt.timedelta(hours=1)
    total = sum(lengths, dt.timedelta()) + usual * (len(rows) - len(lengths))
    return Decimal(int(total.total_seconds())) / 3600
