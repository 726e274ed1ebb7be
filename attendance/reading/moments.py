"""Parse dates and times in reports (DOMAIN.md 2.3). The order of day and month is determined for the whole file."""

import datetime as dt
import functools
import re
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb février févr fév", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juill", "august aug août", "september sep sept septembre",
            "october oct octobre", "november nov novembre", "december dec décembre déc",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,7})?)?(?: ?(?P<half>[ap])\.? ?m\.?)?"
_ZONE = r"(?: ?(?P<zone>z|utc|[+-]\d{2}:?\d{2}))?"
_PATTERNS = {
    "year-first": re.compile(
        rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?:,? |t){_TIME}{_ZONE}"
    ),
    "numbers": re.compile(rf"(?P<one>\d{{1,2}})([-/.])(?P<two>\d{{1,2}})\2(?P<year>\d{{4}}|\d{{2}}),? {_TIME}"),
    "month-name": re.compile(rf"(?P<name>[^\W\d_]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}),? {_TIME}"),
    "day-month-name": re.compile(
        rf"(?P<day>\d{{1,2}})[ -](?P<name>[^\W\d_]{{3,9}})\.?[ -](?P<year>\d{{4}}),? {_TIME}"
    ),
}  # fmt: skip
MONTH_FIRST, DAY_FIRST = "month-first", "day-first"


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time in a report. `shape` identifies its format, which is the same in all rows of a report.

    `wall` is its value if the month comes first, and `other` its value if the day comes first. One of them may be None.
    """

    shape: str
    wall: dt.datetime | None
    other: dt.datetime | None
    offset: int | None = None

    def read(self, order: str) -> dt.datetime | None:
        return self.other if order == DAY_FIRST else self.wall


@functools.lru_cache(maxsize=20_000)
def parse_moment(text: str) -> Moment | None:
    """Return the date and time in a cell, or None if it contains none."""
    if not 8 <= len(text) <= 40 or ":" not in text:
        return None
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    for kind, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(plain):
            return _moment(kind, found)
    return None


def _moment(kind: str, found: "re.Match[str]") -> Moment | None:
    parts = found.groupdict()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    half = parts["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    shape = f"{kind}-{len(parts['year'])}{'-seconds' if parts['second'] else ''}{'-12h' if half else ''}"
    if kind == "numbers":
        one, two = int(parts["one"]), int(parts["two"])
        wall, other = (_wall(year, month, day, hour, minute, second) for month, day in ((one, two), (two, one)))
        return Moment(shape, wall, other) if wall or other else None
    month = int(parts["month"]) if kind == "year-first" else MONTHS.get(parts["name"], 0)
    wall = _wall(year, month, int(parts["day"]), hour, minute, second)
    offset = _offset(parts.get("zone") or "")
    return Moment(shape + ("-offset" if offset is not None else ""), wall, wall, offset) if wall else None


def _wall(year: int, month: int, day: int, hour: int, minute: int, second: int) -> dt.datetime | None:
    try:
        return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is applied later
    except ValueError:
        return None


def _offset(zone: str) -> int | None:
    """Return the UTC offset in seconds, or None if the text does not contain an offset."""
    if not zone:
        return None
    if zone in ("z", "utc"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


@functools.lru_cache(maxsize=20_000)
def seconds_of(wall: dt.datetime, zone: str) -> tuple[int, ...]:
    """Return the Unix times at which clocks in this zone show the local time `wall`.

    There is none if the time is skipped when daylight saving begins, and there are two if it occurs twice when daylight
    saving ends.
    """
    there = ZoneInfo(zone)
    found = []
    for fold in (0, 1):
        moment = wall.replace(tzinfo=there, fold=fold)
        utc = moment.astimezone(dt.UTC)
        if utc.astimezone(there).replace(tzinfo=None) == wall:
            found.append(int(utc.timestamp()))
    return tuple(dict.fromkeys(found))


def duration_seconds(text: str) -> int | None:
    """Return a duration in seconds, or None if the text is not one.

    The text is a number of minutes, or has the format "1h 1m 55s" of Teams.
    """
    if text.isascii() and text.isdigit() and len(text) < 6:
        return int(text) * 60
    if not text.strip():
        return None
    found = re.fullmatch(r"(?:(\d{1,3}) ?h)? ?(?:(\d{1,3}) ?m(?:in)?)? ?(?:(\d{1,5}) ?s)?", text.casefold().strip())
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
