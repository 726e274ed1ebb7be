"""Decide the year of dates whose year is missing or misspelled."""

import datetime as dt
from collections.abc import Sequence

from sessions.schedule_text.build import Draft
from sessions.schedule_text.dates import Day

# A year that differs from the current year by more than this is considered a typing mistake.
FURTHEST = 15
# If more days than this separate two rows, the weekday is not used to decide the year.
LONGEST_PAUSE = 250


def set_dates(drafts: Sequence[Draft], *, as_of: dt.date, years: Sequence[int]) -> None:
    """Set the date of every row, and add a finding to each row whose year was decided here.

    The year is decided by the digits of a misspelled year, the years in the headings, the weekday, and the order of the
    rows, in this order. If none of them decides, it is the year of the next such day.
    """
    for index, draft in enumerate(drafts):
        day, row = draft.day, draft.row
        if day is None:
            continue
        if day.year is not None and abs(day.year - as_of.year) <= FURTHEST:
            row.on_date = day.in_year(day.year)
            if len(day.written_year) == 2:
                row.find("year-short", year=day.year)
        else:
            named = draft.years or list(years)
            if not _can_be_in(day, named, as_of=as_of):
                row.find(
                    "date-impossible", day=day.day, month=day.month, year=named[0] if len(set(named)) == 1 else None
                )
                continue
            year, clue = _year(drafts, index, as_of=as_of, years=named)
            row.on_date = day.in_year(year)
            written = day.written_year
            row.find("year-broken" if written else "year-missing", written=written, year=year, clue=clue)
        if row.on_date is None:
            row.find("date-impossible", day=day.day, month=day.month, year=day.year)
        elif day.weekday is not None and row.on_date.weekday() != day.weekday:
            row.find("weekday-disagrees", date=row.on_date, weekday=day.weekday)
        elif draft.heading_weekday is not None and row.on_date.weekday() != draft.heading_weekday:
            row.find("weekday-not-of-heading", date=row.on_date, weekday=draft.heading_weekday)


def _year(drafts: Sequence[Draft], index: int, *, as_of: dt.date, years: Sequence[int]) -> tuple[int, str]:
    day = drafts[index].day
    if day is None:
        raise ValueError("a row without a day has no year")
    candidates = [year for year in _possible_years(drafts, as_of, years) if day.in_year(year)]
    if not candidates:
        return as_of.year, "next"
    clue = ""
    before = next((draft.row.on_date for draft in reversed(drafts[:index]) if draft.row.on_date), None)
    for name, fitting in (
        ("figures", [year for year in candidates if day.written_year and str(year).startswith(day.written_year)]),
        ("heading", [year for year in candidates if year in years]),
        (
            "weekday",
            [year for year in candidates if _is_on_weekday(drafts[index], year) and _is_soon_after(day, year, before)],
        ),
    ):
        narrowed = [year for year in candidates if year in fitting]
        if narrowed and len(narrowed) < len(candidates):
            candidates, clue = narrowed, name
    if len(candidates) == 1:
        return candidates[0], clue or "only"
    between = _between_neighbours(drafts, index, candidates)
    if between is not None:
        return between, "order"
    later = [year for year in candidates if (date := day.in_year(year)) and date >= as_of]
    return (later[0] if later else candidates[-1]), clue or "next"


def _can_be_in(day: Day, years: Sequence[int], *, as_of: dt.date) -> bool:
    """Return whether the day exists in one of the years in the headings or, if there are none, in any year."""
    named = [year for year in years if abs(year - as_of.year) <= FURTHEST]
    if day.written_year or not named:
        return day.in_year(2000) is not None
    return any(day.in_year(year) for year in named)


def _possible_years(drafts: Sequence[Draft], as_of: dt.date, years: Sequence[int]) -> list[int]:
    """Return the years close to `as_of`, the years in the headings, and the years close to those of other rows."""
    possible = {*range(as_of.year - 1, as_of.year + 3), *years}
    for draft in drafts:
        if draft.day and draft.day.year:
            possible |= {draft.day.year - 1, draft.day.year, draft.day.year + 1}
    return sorted(year for year in possible if abs(year - as_of.year) <= FURTHEST)


def _is_soon_after(day: Day, year: int, before: dt.date | None) -> bool:
    """Return whether the day is close to the row before it. If not, its weekday is probably a typing mistake."""
    date = day.in_year(year)
    return before is None or date is None or abs((date - before).days) < LONGEST_PAUSE


def _is_on_weekday(draft: Draft, year: int) -> bool:
    date = draft.day.in_year(year) if draft.day else None
    return date is not None and date.weekday() == draft.weekday


def _between_neighbours(drafts: Sequence[Draft], index: int, candidates: list[int]) -> int | None:
    """Return the year in which the day is after the row above it or, if there is none, before the next dated row.

    Return None if no year fits.
    """
    day = drafts[index].day
    before = next((draft.row.on_date for draft in reversed(drafts[:index]) if draft.row.on_date), None)
    if day and before:
        return next((year for year in candidates if (date := day.in_year(year)) and date >= before), None)
    for draft in drafts[index + 1 :]:
        if draft.day and draft.day.year:
            after = draft.day.in_year(draft.day.year)
            fitting = [year for year in candidates if day and after and (date := day.in_year(year)) and date <= after]
            return fitting[-1] if fitting else None
    return None
