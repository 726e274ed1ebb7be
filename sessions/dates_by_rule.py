"""Dates by a rule ("every second Wednesday", "the second Thursday of each month"), and statutory holidays.

No function uses the database.
"""

import calendar
import datetime as dt
import functools
import itertools
from collections.abc import Iterator

import holidays
from django.utils import translation

from accounts.vocabularies import Province
from echo_portal.lib.text import fold
from sessions.holiday_names import holiday_name

FURTHEST_WEEKS = 52 * 6


def every_weeks(first: dt.date, weekday: int, weeks: int) -> Iterator[dt.date]:
    """Yield the first date with this weekday on or after `first`, then a date every `weeks` weeks, for six years."""
    day = first + dt.timedelta(days=(weekday - first.weekday()) % 7)
    return (day + dt.timedelta(weeks=weeks * at) for at in range(FURTHEST_WEEKS // weeks))


def each_month(first: dt.date, weekday: int, which: int) -> Iterator[dt.date]:
    """Yield the date of the `which`-th `weekday` of each month, on or after `first`, for six years.

    If `which` is -1, yield the last one of each month. If it is 5, months without a fifth one are omitted.
    """
    for at in range(first.month - 1, first.month - 1 + 12 * 6):
        days = _weekdays(first.year + at // 12, at % 12 + 1, weekday)
        if which == -1 or which <= len(days):
            day = days[-1 if which == -1 else which - 1]
            if day >= first:
                yield day


def without_holidays(days: Iterator[dt.date], province: str) -> Iterator[dt.date]:
    return (day for day in days if not holiday_on(day, province))


def first_of(days: Iterator[dt.date], count: int) -> list[dt.date]:
    return list(itertools.islice(days, count))


def _weekdays(year: int, month: int, weekday: int) -> list[dt.date]:
    last = calendar.monthrange(year, month)[1]
    days = (dt.date(year, month, day) for day in range(1, last + 1))
    return [day for day in days if day.weekday() == weekday]


def holiday_on(day: dt.date, province: str, language: str = "en") -> str:
    """Return the name of the statutory holiday on this day in a province, or "" if there is none.

    `province` is a code such as "BC". For any other value, only holidays that are statutory everywhere are considered.
    """
    known = province if province in holidays.list_supported_countries()["CA"] else None
    return _name(day, known, holidays.PUBLIC, language)


def holidays_somewhere(day: dt.date, language: str = "en") -> str:
    """Return the statutory holidays of a part of the provinces on this day, each with their names, or ""."""
    provinces: dict[str, list[str]] = {}
    with translation.override(language):
        for province in holidays.list_supported_countries()["CA"]:
            if name := holiday_on(day, province, language):
                provinces.setdefault(name, []).append(str(Province(province).label))
    return ", ".join(f"{name} ({', '.join(sorted(labels, key=fold))})" for name, labels in provinces.items())


def federal_holiday_on(day: dt.date, language: str = "en") -> str:
    """Return the name of the holiday of the federal government on this day, or "" if there is none.

    Some of them, such as Remembrance Day, are statutory in a part of the provinces only.
    """
    return _name(day, None, holidays.GOVERNMENT, language)


def _name(day: dt.date, province: str | None, category: str, language: str) -> str:
    names = _holidays(province, category, day.year).get_list(day)
    return ", ".join(holiday_name(name, language) for name in names)


@functools.lru_cache(maxsize=256)
def _holidays(province: str | None, category: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(
        "CA", subdiv=province, years=year, language="en_CA", expand=False, categories=category
    )
