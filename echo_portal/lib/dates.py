"""Format dates and times in both languages (TZ-5, TZ-6).

The functions use neither the database nor settings; `language` is "en", "fr" or a variant such as "fr-ca". French times
have no-break spaces (U+00A0) around the "h".
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from echo_portal.lib.zones import EASTERN, is_eastern, zone_label

NBSP = "\u00a0"

DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS_FR = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

# DESIGN.md 4: six places from the Pacific to Newfoundland, displayed separately even if their local times are equal.
RIBBON_PLACES = (
    ("America/Vancouver", "Vancouver"),
    ("America/Edmonton", "Calgary"),
    ("America/Winnipeg", "Winnipeg"),
    (EASTERN, "Toronto"),
    ("America/Halifax", "Halifax"),
    ("America/St_Johns", "St. John’s"),
)


def is_french(language: str) -> bool:
    return language.startswith("fr")


def _day_of_month_fr(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def date_long(day: date, language: str, *, year: bool = True) -> str:
    """Return "Thursday, December 10, 2026" or "jeudi 10 décembre 2026"."""
    if is_french(language):
        text = f"{DAYS_FR[day.weekday()]} {_day_of_month_fr(day)} {MONTHS_FR[day.month - 1]}"
        return f"{text} {day.year}" if year else text
    text = f"{DAYS_EN[day.weekday()]}, {MONTHS_EN[day.month - 1]} {day.day}"
    return f"{text}, {day.year}" if year else text


def date_plain(day: date, language: str) -> str:
    """Return the date without the weekday: "December 10, 2026" or "10 décembre 2026"."""
    if is_french(language):
        return f"{_day_of_month_fr(day)} {MONTHS_FR[day.month - 1]} {day.year}"
    return f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}"


def date_medium(day: date, language: str) -> str:
    """Return "Dec 10, 2026" or "10 déc. 2026", with no-break spaces."""
    block = date_block(day, language)
    if is_french(language):
        return f"{block.day}{NBSP}{block.month}{NBSP}{day.year}"
    return f"{block.month}{NBSP}{block.day},{NBSP}{day.year}"


def date_short(day: date, language: str) -> str:
    """Return "Thu, Dec 10" or "jeu. 10 déc."."""
    block = date_block(day, language)
    if is_french(language):
        return f"{block.weekday} {block.day} {block.month}"
    return f"{block.weekday}, {block.month} {block.day}"


def month_and_year(day: date, language: str) -> str:
    """Return "December 2026" or "décembre 2026"."""
    months = MONTHS_FR if is_french(language) else MONTHS_EN
    return f"{months[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class DateBlock:
    """A date in three lines, and as a full text for screen readers."""

    weekday: str
    day: str
    month: str
    long: str


def date_block(day: date, language: str) -> DateBlock:
    if is_french(language):
        weekday, month = f"{DAYS_FR[day.weekday()][:3]}.", SHORT_MONTHS_FR[day.month - 1]
        return DateBlock(weekday, _day_of_month_fr(day), month, date_long(day, language))
    weekday, month = DAYS_EN[day.weekday()][:3], MONTHS_EN[day.month - 1][:3]
    return DateBlock(weekday, str(day.day), month, date_long(day, language))


def _clock_en(at: time | datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d}"


def _suffix_en(at: time | datetime) -> str:
    return "am" if at.hour < 12 else "pm"


def time_of_day(at: time | datetime, language: str) -> str:
    """Return "12:00 pm", "9:30 am" or "12 h", "9 h 30", with no-break spaces. Seconds are not included."""
    if is_french(language):
        hour = f"{at.hour}{NBSP}h"
        return f"{hour}{NBSP}{at.minute:02d}" if at.minute else hour
    return f"{_clock_en(at)}{NBSP}{_suffix_en(at)}"


def time_range(start: time | datetime, end: time | datetime, language: str) -> str:
    """Return "12:00 – 1:00 pm", "11:30 am – 12:30 pm" or "12 h à 13 h". Both local times must be in the same zone.

    All spaces are no-break spaces, because a range that is split over two lines can be misread.
    """
    if is_french(language):
        return f"{time_of_day(start, language)}{NBSP}à{NBSP}{time_of_day(end, language)}"
    first = _clock_en(start) if _suffix_en(start) == _suffix_en(end) else time_of_day(start, language)
    return f"{first}{NBSP}–{NBSP}{time_of_day(end, language)}"


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of a session as displayed to one person: their local time first, then Eastern time (TZ-3).

    `own_zone` is "" if their time zone is not known; then `own_date` and `own_range` are in Eastern time. `own_text` is
    "" if only Eastern time is displayed, because their zone is unknown or Eastern. The other two texts are never empty.
    """

    start: datetime
    end: datetime
    own_zone: str
    own_zone_label: str
    own_date: date
    own_end_date: date
    own_range: str
    eastern_date: date
    eastern_range: str
    own_is_eastern: bool
    dates_differ: bool
    crosses_midnight: bool
    own_text: str
    eastern_text: str
    text: str

    @property
    def iso(self) -> str:
        """Return the start for `<time datetime>`, with the UTC offset of Eastern time."""
        return self.start.astimezone(ZoneInfo(EASTERN)).isoformat(timespec="minutes")


@lru_cache(maxsize=4096)  # called repeatedly for the same sessions
def moment(start_utc: datetime, end_utc: datetime, zone: str | None, language: str) -> Moment:
    """Return the time from `start_utc` to `end_utc` (aware datetimes) for a person in `zone`, an IANA name or None.

    The texts contain dates only if the local date differs from the Eastern date, or if the session crosses midnight.
    """
    eastern_zone = ZoneInfo(EASTERN)
    eastern_start, eastern_end = _in_zone(start_utc, eastern_zone), _in_zone(end_utc, eastern_zone)
    own_is_eastern = zone is not None and is_eastern(zone)
    alone = zone is None or own_is_eastern
    if zone is None or own_is_eastern:
        own_start, own_end = eastern_start, eastern_end
    else:
        there = ZoneInfo(zone)
        own_start, own_end = _in_zone(start_utc, there), _in_zone(end_utc, there)

    dates_differ = own_start.date() != eastern_start.date()
    crosses_midnight = _crosses(own_start, own_end)
    with_dates = dates_differ or crosses_midnight or _crosses(eastern_start, eastern_end)

    eastern_text = _eastern(_dated(eastern_start, eastern_end, language, with_dates), language)
    label = zone_label(zone, language) if zone is not None else ""
    own_text = "" if alone else hours_in_zone(_dated(own_start, own_end, language, with_dates), label, language)
    return Moment(
        start=start_utc,
        end=end_utc,
        own_zone=zone or "",
        own_zone_label=label,
        own_date=own_start.date(),
        own_end_date=own_end.date(),
        own_range=time_range(own_start, own_end, language),
        eastern_date=eastern_start.date(),
        eastern_range=time_range(eastern_start, eastern_end, language),
        own_is_eastern=own_is_eastern,
        dates_differ=dates_differ,
        crosses_midnight=crosses_midnight,
        own_text=own_text,
        eastern_text=eastern_text,
        text=f"{own_text} · {eastern_text}" if own_text else eastern_text,
    )


def instant(at: datetime, zone: str | None, language: str, *, year: bool = False) -> str:
    """Return a datetime as text with its date: in `zone` and in Eastern time, or in Eastern time only.

    Only Eastern time is included if `zone` is None or Eastern. If `year` is true, the date has the long format with the
    year.
    """
    eastern = _eastern(_day_and_hour(_in_zone(at, ZoneInfo(EASTERN)), language, year=year), language)
    if zone is None or is_eastern(zone):
        return eastern
    own = _day_and_hour(_in_zone(at, ZoneInfo(zone)), language, year=year)
    return f"{hours_in_zone(own, zone_label(zone, language), language)} · {eastern}"


def eastern_time(at: datetime, language: str, *, named: bool = False) -> str:
    """Return a datetime in Eastern time with its year, such as "Dec 29, 2026, 9:55 pm".

    If `named` is true, the name of the time zone follows. Lines can break only between date and time.
    """
    there = _in_zone(at, ZoneInfo(EASTERN))
    text = f"{date_medium(there, language)}, {time_of_day(there, language)}"
    return _eastern(text, language) if named else text


def eastern_hour(at: datetime, language: str) -> str:
    """Return the time of day of a datetime in Eastern time, such as "9:55 pm ET"."""
    return _eastern(time_of_day(_in_zone(at, ZoneInfo(EASTERN)), language), language)


def _day_and_hour(at: datetime, language: str, *, year: bool) -> str:
    day = date_long(at, language) if year else date_short(at, language)
    return f"{day}, {time_of_day(at, language)}"


def _in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs an aware datetime")
    return at.astimezone(zone)


def _crosses(start: datetime, end: datetime) -> bool:
    # A session that ends exactly at midnight also has both dates, to be unambiguous.
    return start.date() != end.date()


def _dated(start: datetime, end: datetime, language: str, with_dates: bool) -> str:
    if not with_dates:
        return time_range(start, end, language)
    first_day = date_short(start, language)
    if not _crosses(start, end):
        return f"{first_day}, {time_range(start, end, language)}"
    joint = " à " if is_french(language) else " – "
    first = f"{first_day}, {time_of_day(start, language)}"
    return f"{first}{joint}{date_short(end, language)}, {time_of_day(end, language)}"


def hours_in_zone(times: str, label: str, language: str) -> str:
    """Return times with the name of their time zone (TZ-6).

    Examples are "12:00 – 1:00 pm Eastern time" and "12 h à 13 h, heure de l’Est".
    """
    return f"{times}, {label}" if is_french(language) else f"{times} {label}"


def _eastern(times: str, language: str) -> str:
    return f"{times}{NBSP}(HE)" if is_french(language) else f"{times}{NBSP}ET"


@dataclass(frozen=True, slots=True)
class RibbonCell:
    """A place in the time ribbon. `suffix` is "am" or "pm" in English, and "" in French."""

    place: str
    clock: str
    suffix: str
    is_own: bool


def ribbon(start_utc: datetime, own_zone: str | None, language: str) -> list[RibbonCell]:
    """Return the start time at six places across Canada (DESIGN.md 4).

    The place in the person's own time zone is marked. If no place is in that zone, a place with the same local time at
    that moment is marked, preferably one whose local time is the same half a year later too. If the zone is unknown, no
    place is marked.
    """
    walls = [(name, place, _in_zone(start_utc, ZoneInfo(name))) for name, place in RIBBON_PLACES]
    own_place = _own_place(start_utc, own_zone, walls)
    cells = []
    for name, place, wall in walls:
        french = is_french(language)
        clock = time_of_day(wall, language) if french else _clock_en(wall)
        cells.append(RibbonCell(place, clock, "" if french else _suffix_en(wall), name == own_place))
    return cells


def _own_place(start_utc: datetime, own_zone: str | None, walls: list[tuple[str, str, datetime]]) -> str | None:
    if own_zone is None:
        return None
    if any(name == own_zone for name, _place, _wall in walls):
        return own_zone
    own = ZoneInfo(own_zone)
    own_wall, later = _in_zone(start_utc, own).replace(tzinfo=None), start_utc + timedelta(days=182)
    same = [name for name, _place, wall in walls if wall.replace(tzinfo=None) == own_wall]
    return min(same, key=lambda name: _time_in(later, ZoneInfo(name)) != _time_in(later, own), default=None)


def local_time_changed(
    previous_start_utc: datetime, start_utc: datetime, zone: str, session_zone: str = EASTERN
) -> bool:
    """Return whether the local time in `zone` differs between two sessions because of a clock change.

    Return False if the sessions have different times of day in `session_zone`.
    """
    held = ZoneInfo(session_zone)
    here = ZoneInfo(zone)
    same_where_held = _time_in(previous_start_utc, held) == _time_in(start_utc, held)
    return same_where_held and _time_in(previous_start_utc, here) != _time_in(start_utc, here)


def minutes_between_hours(usual: datetime, at: datetime, zone: str) -> int:
    """Return how many minutes the time of day of `at` in `zone` is after that of `usual`, from -720 to 720."""
    there, usual_there = (_in_zone(one, ZoneInfo(zone)) for one in (at, usual))
    minutes = 60 * (there.hour - usual_there.hour) + there.minute - usual_there.minute
    return (minutes + 720) % 1440 - 720


def _time_in(at: datetime, zone: ZoneInfo) -> time:
    return _in_zone(at, zone).time()


def day_in(at: datetime, zone: str | None) -> date:
    """Return the date of a UTC datetime in a time zone, or in Eastern time if `zone` is None."""
    return _in_zone(at, ZoneInfo(zone or EASTERN)).date()
