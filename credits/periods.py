"""The periods of a transcript: a Mainpro+ year from July to June, a calendar year, five Mainpro+ years, or all."""

import dataclasses
import datetime as dt
import re

from django.utils.translation import gettext as _

CODE = re.compile(r"(mainpro|year|cycle)-(20\d\d)")
YEARS_IN_CYCLE = 5
JULY = 7


@dataclasses.dataclass(frozen=True)
class Period:
    """A period, including its first and its last day. `code` identifies it in URLs."""

    code: str
    label: str
    first: dt.date
    last: dt.date


def mainpro_year(day: dt.date) -> int:
    """Return the year in which the Mainpro+ year of this day begins, on July 1 (DOMAIN.md MP-8)."""
    return day.year if day.month >= JULY else day.year - 1


def period_of(code: str) -> Period | None:
    """Return the period with this code, or None if there is none.

    For example, `cycle-2026` is the period of five Mainpro+ years that ends with the year 2026–27.
    """
    if code == "all":
        return Period(code, _("All sessions"), dt.date.min, dt.date.max)
    found = CODE.fullmatch(code)
    if found is None:
        return None
    year = int(found[2])
    match found[1]:
        case "year":
            label = _("Calendar year %(year)d") % {"year": year}
            return Period(code, label, dt.date(year, 1, 1), dt.date(year, 12, 31))
        case "mainpro":
            label = _("Mainpro+ year: July %(first)d to June %(last)d") % {"first": year, "last": year + 1}
            return Period(code, label, dt.date(year, JULY, 1), dt.date(year + 1, 6, 30))
        case _cycle:
            start = year - YEARS_IN_CYCLE + 1
            label = _("Five years: July %(first)d to June %(last)d") % {"first": start, "last": year + 1}
            return Period(code, label, dt.date(start, JULY, 1), dt.date(year + 1, 6, 30))


def periods_offered(today: dt.date) -> list[Period]:
    """Return the periods that people can choose: two Mainpro+ years, two calendar years, five years, and all."""
    year = mainpro_year(today)
    codes = [f"mainpro-{year}", f"mainpro-{year - 1}", f"year-{today.year}", f"year-{today.year - 1}", f"cycle-{year}"]
    return [found for code in (*codes, "all") if (found := period_of(code)) is not None]
