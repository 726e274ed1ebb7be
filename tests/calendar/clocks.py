"""The time zone rules after 2026-11-01, written by hand (DOMAIN.md 5.1), so that tests need no time zone data."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place where a person is.

    `winter` and `summer` are UTC offsets in hours, which are equal if clocks do not change.
    """

    name: str
    zone: str
    winter: float
    summer: float
    english: str
    french: str
    is_eastern: bool = False

    def hours_from_utc(self, day: dt.date) -> float:
        return self.summer if is_summer(day) else self.winter


VANCOUVER = Place("Vancouver", "America/Vancouver", -7, -7, "Pacific time (BC)", "heure du Pacifique (C.-B.)")
CALGARY = Place("Calgary", "America/Edmonton", -6, -6, "Alberta time", "heure de l’Alberta")
WINNIPEG = Place("Winnipeg", "America/Winnipeg", -5, -5, "Manitoba time", "heure du Manitoba")
REGINA = Place("Regina", "America/Regina", -6, -6, "Saskatchewan time", "heure de la Saskatchewan")
TORONTO = Place("Toronto", "America/Toronto", -5, -4, "ET", "(HE)", is_eastern=True)
IQALUIT = Place("Iqaluit", "America/Iqaluit", -5, -4, "ET", "(HE)", is_eastern=True)
ST_JOHNS = Place("St. John’s", "America/St_Johns", -3.5, -2.5, "Newfoundland time", "heure de Terre-Neuve")
PLACES = (VANCOUVER, CALGARY, WINNIPEG, REGINA, TORONTO, IQALUIT, ST_JOHNS)


def is_summer(day: dt.date) -> bool:
    """Return whether daylight saving time is on: from the second Sunday of March to the first Sunday of November.

    The date is enough, because no session starts in the night of a clock change.
    """
    return _sunday(day.year, 3, 2) <= day < _sunday(day.year, 11, 1)


def _sunday(year: int, month: int, number: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def utc_of_eastern(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the UTC time of a local time in Toronto."""
    hours = TORONTO.hours_from_utc(day)
    return dt.datetime.combine(day, time, dt.UTC) - dt.timedelta(hours=hours)


def local(moment: dt.datetime, place: Place) -> dt.datetime:
    """Return the naive local time at a place, for times after 2026-11-01 whose date is the same in UTC."""
    return (moment + dt.timedelta(hours=place.hours_from_utc(moment.date()))).replace(tzinfo=None)


def said_time(time: dt.time, language: str) -> str:
    """Return a start time in the portal's format (TZ-6): 9:30, or 9 h 30 with no-break spaces."""
    if language == "fr":
        return f"{time.hour}\u00a0h" + (f"\u00a0{time.minute:02d}" if time.minute else "")
    return f"{time.hour % 12 or 12}:{time.minute:02d}"
