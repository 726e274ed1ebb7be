"""The level of each finding and its sentence, in both languages."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.dates import DAYS_EN, DAYS_FR, MONTHS_EN, MONTHS_FR, date_long, is_french, time_of_day
from echo_portal.lib.zones import zone_label
from sessions.schedule_text.dates import Day
from sessions.schedule_text.draft_rows import DraftRow, Finding, Level

ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE

SENTENCES: dict[str, tuple[Level, Any]] = {
    # the date
    "date-missing": (NOTE, _("No date is written.")),
    "date-impossible": (ERROR, _("There is no %(day)s.")),
    "date-ambiguous": (ERROR, _("The date can be read as %(days)s. Choose one.")),
    "date-choice": (ERROR, _("The text leaves a choice of dates: %(days)s.")),
    "date-range": (ERROR, _("The text gives a range of days: %(days)s. A session has one day.")),
    "dates-several": (ERROR, _("The text gives several dates: %(days)s. A session has one.")),
    "date-open": (WARNING, _("The date is not set yet: “%(written)s”.")),
    "date-rule": (ERROR, _("The text gives a rule instead of a date. Make the series by rule.")),
    "rule-said": (WARNING, _("The text speaks of a rule, such as every week. Only this date was read.")),
    "rows-joined": (WARNING, _("Two lines, one in each language, were read as one session.")),
    "cells-more": (WARNING, _("This row has more cells than the heading of its table. Check every value.")),
    "rows-from-list": (WARNING, _("One line lists %(count)s dates; each was read as a session.")),
    "year-missing": (WARNING, _("No year is written. %(year)s was taken, %(clue)s.")),
    "year-broken": (WARNING, _("The year is written “%(written)s”. %(year)s was taken, %(clue)s.")),
    "year-short": (NOTE, _("The year is written with two figures and was read as %(year)s.")),
    "weekday-disagrees": (WARNING, _("The text says %(weekday)s, but the date is %(date)s.")),
    "weekday-not-of-heading": (WARNING, _("A line about all sessions says %(weekday)s, but the date is %(date)s.")),
    "weekday-differs": (WARNING, _("%(date)s is not a %(usual)s, as most other dates are.")),
    "weekday-moved": (
        WARNING,
        _("The first session was on a %(usual)s and is now on a %(weekday)s. All others move by as many days."),
    ),
    "date-from-heading": (NOTE, _("The date comes from a heading above.")),
    "date-past": (WARNING, _("%(date)s is past.")),
    "date-far": (WARNING, _("%(date)s is more than two years away.")),
    "weekend": (WARNING, _("%(date)s is on a weekend.")),
    "holiday": (WARNING, _("%(date)s is a statutory holiday: %(name)s.")),
    "holiday-somewhere": (WARNING, _("%(date)s is a statutory holiday in some provinces or territories: %(name)s.")),
    "holiday-federal": (
        WARNING,
        _("%(date)s is a federal holiday, but not a statutory holiday in every province: %(name)s."),
    ),
    "out-of-order": (WARNING, _("%(date)s is before the date of a session above, %(before)s.")),
    "other-date": (WARNING, _("The words beside the session name another date.")),
    # the times
    "hour-missing": (NOTE, _("No hour is written.")),
    "hour-impossible": (ERROR, _("There is no hour %(written)s.")),
    "end-missing": (ERROR, _("No end is written.")),
    "times-several": (ERROR, _("The text gives several hours. A session has one.")),
    "half-day-missing": (WARNING, _("Neither am nor pm is written. The start was read as %(start)s.")),
    "end-before-start": (ERROR, _("The end, %(end)s, is not after the start, %(start)s.")),
    "long": (WARNING, _("The session would last from %(start)s to %(end)s.")),
    "hour-unusual": (WARNING, _("%(start)s is an unusual hour for a session.")),
    "hour-differs": (WARNING, _("This session starts at %(start)s; most others start at %(usual)s.")),
    "length-differs": (WARNING, _("Most other sessions last %(usual)s minutes.")),
    "time-from-heading": (NOTE, _("The hour comes from a line about all sessions.")),
    "clock-skips": (ERROR, _("On %(date)s the clocks jump over %(time)s (%(zone)s).")),
    "clock-repeats": (
        WARNING,
        _("On %(date)s the clocks go back, and %(time)s occurs twice (%(zone)s). The first is meant."),
    ),
    # the time zone
    "zone-missing": (WARNING, _("No time zone is written. %(zone)s was taken.")),
    "zone-unknown": (WARNING, _("“%(written)s” is none of the time zones of Canada.")),
    "zone-converted": (WARNING, _("The hour is written in “%(written)s” and was converted to %(zone)s.")),
    "zone-approximate": (WARNING, _("Central time was read as %(zone)s.")),
    "zone-abbreviation": (WARNING, _("“%(written)s” is not the time in use on that day. %(zone)s was taken.")),
    "zone-contradicted": (WARNING, _("The text also names %(other)s. %(zone)s was taken.")),
    "zones-several": (NOTE, _("The text gives the hour in several time zones. %(zone)s was taken.")),
    "zones-disagree": (WARNING, _("The hours given in several time zones are not the same moment.")),
    # the title
    "title-missing": (NOTE, _("No title is written.")),
    "title-uncertain": (WARNING, _("The title may belong to the date before or after.")),
    "title-in-pieces": (WARNING, _("A date or an hour stands among the words. Check the title.")),
    "title-sentence": (WARNING, _("The title reads like a sentence.")),
    "title-bracket": (WARNING, _("A bracket in the title has no partner. Check the title.")),
    "presenter-uncertain": (WARNING, _("“%(written)s” at the end of the title may be a presenter. Check the title.")),
    "title-language": (WARNING, _("The language of the title is not certain. %(language)s was taken.")),
    "title-halves": (WARNING, _("The title may hold both languages, before and after “/”. Check both titles.")),
    "title-twice": (WARNING, _("Another session has the same title.")),
    # what the text says beyond the row
    "title-doubtful": (WARNING, _("“%(written)s” may not belong in the title. Check the title.")),
    "words-left": (WARNING, _("“%(written)s” is in no field of this session.")),
    "date-left": (WARNING, _("The lines of this session also name “%(written)s”. Check the date.")),
    "date-unseen": (WARNING, _("The date is not written in the lines of this session. Check it.")),
    "hour-left": (WARNING, _("The lines of this session also name “%(written)s”. Check the hour.")),
    "zone-left": (WARNING, _("The lines of this session also name “%(written)s”. Check the time zone.")),
    "written-differently": (
        WARNING,
        _("This session is written differently from the others. Check its title, date and hour."),
    ),
    "forms-vary": (
        WARNING,
        _("The sessions of this text are written in different ways. Check the title, date and hour of each."),
    ),
    # the session
    "number-twice": (WARNING, _("Another session has number %(number)s as well.")),
    "same-time": (WARNING, _("Another session is at the same time.")),
    "same-day": (WARNING, _("Another session is on the same day.")),
    "held-already": (WARNING, _("The text says that the session was held.")),
    "cancelled-said": (WARNING, _("The text says that the session is cancelled or moved.")),
    "to-be-confirmed": (NOTE, _("The text says that something is to be confirmed.")),
    # the whole schedule
    "holidays-skipped": (NOTE, _("Left out, because they are statutory holidays: %(days)s.")),
    "number-gap": (WARNING, _("Numbers are missing: %(numbers)s.")),
    "count-differs": (WARNING, _("%(announced)s sessions are announced, and %(count)s were found.")),
    "credits-differ": (
        WARNING,
        _("%(credits)s credits are announced for %(count)s sessions of %(hours)s hours in all."),
    ),
    "key-named": (WARNING, _("The text names the enrollment key %(key)s. Registration with a key is proposed.")),
    "key-said": (WARNING, _("The text names an enrollment key. Registration with a key is proposed.")),
    "french-missing": (NOTE, _("Titles without French: %(count)s.")),
    "english-missing": (NOTE, _("Titles without English: %(count)s.")),
    "dates-left": (WARNING, _("Lines without a session name dates that no session has: %(lines)s.")),
    "hours-left": (WARNING, _("Lines without a session name hours or time zones that no session has: %(lines)s.")),
    "no-rows": (ERROR, _("No session was found in the text.")),
}
CLUES = {
    "figures": _("which begins with these figures"),
    "weekday": _("in which the day of the week fits"),
    "heading": _("as in the heading"),
    "order": _("which keeps the dates in order"),
    "next": _("the next such day"),
    "only": _("the only near year that has this day"),
}

LANGUAGES = {"en": _("English"), "fr": _("French")}


# Findings that are displayed once above the rows if more than half of the rows have them.
COMMON = ("zone-missing", "time-from-heading", "hour-missing", "zones-several", "date-from-heading", "forms-vary")


def common_findings(rows: Sequence[DraftRow]) -> list[Finding]:
    """Return one finding for each code that most rows have, and that is therefore displayed once above them."""
    codes = [code for code in COMMON if sum(code in row.codes for row in rows) * 2 > max(len(rows), 2)]
    return [next(finding for row in rows for finding in row.findings if finding.code == code) for code in codes]


def level_of(finding: Finding) -> Level:
    return SENTENCES[finding.code][0]


def sentence(finding: Finding, language: str) -> str:
    """Return the sentence of a finding. `language` is "en" or "fr"."""
    with translation.override("fr" if is_french(language) else "en"):
        values = {name: _written(name, value, finding, language) for name, value in finding.values.items()}
        return str(SENTENCES[finding.code][1]) % values


def _written(name: str, value: Any, finding: Finding, language: str) -> str:
    if name == "language":
        return str(LANGUAGES[value])
    if name == "clue":
        return str(CLUES[value])
    if name in ("weekday", "usual") and finding.code.startswith("weekday"):
        return (DAYS_FR if is_french(language) else DAYS_EN)[value]
    if name == "day" and isinstance(value, int):
        return _day(Day(finding.values["month"], value, finding.values.get("year")), language)
    if name in ("zone", "other"):
        label = zone_label(value, language)
        return (
            label[:1].upper() + label[1:]
            if name == "zone"
            and finding.code in ("zone-missing", "zone-abbreviation", "zones-several", "zone-contradicted")
            else label
        )
    return _plainly(value, language)


def _plainly(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return str(value["fr" if is_french(language) else "en"])
    if isinstance(value, dt.time):
        return time_of_day(value, language)
    if isinstance(value, dt.date):
        return date_long(value, language)
    if isinstance(value, Decimal):
        number = f"{value.normalize():f}"
        return number.replace(".", ",") if is_french(language) else number
    if isinstance(value, Day):
        return _day(value, language)
    if isinstance(value, (list, tuple)):
        return ", ".join(_plainly(one, language) for one in _shown(value))
    return str(value)


def _shown(values: Iterable[Any]) -> list[Any]:
    return list(values)[:6]


def _day(day: Day, language: str) -> str:
    year = f" {day.year}" if day.year else ""
    if is_french(language):
        return f"{'1er' if day.day == 1 else day.day} {MONTHS_FR[day.month - 1]}{year}"
    comma = "," if year else ""
    return f"{MONTHS_EN[day.month - 1]} {day.day}{comma}{year}"
