"""The due times of reminders: a week, a day or an hour before the session (PRODUCT.md 4)."""

import datetime as dt
from zoneinfo import ZoneInfo

from echo_portal.lib.zones import EASTERN
from sessions.vocabularies import Reminder

BEFORE = {
    Reminder.WEEK: dt.timedelta(days=7),
    Reminder.DAY: dt.timedelta(hours=24),
    Reminder.HOUR: dt.timedelta(hours=1),
}
# Reminders of one kind share one email if their due times differ by no more than this.
NEAR = {
    Reminder.WEEK: dt.timedelta(hours=24),
    Reminder.DAY: dt.timedelta(hours=6),
    Reminder.HOUR: dt.timedelta(minutes=75),
}

NIGHT_BEGINS, NIGHT_ENDS = dt.time(21), dt.time(7)
LAST_BEFORE_NIGHT = dt.time(20, 55)  # leaves five minutes for sending
JUST_REGISTERED = dt.timedelta(hours=1)


def due_at(kind: Reminder, starts_at: dt.datetime, zone: str | None) -> dt.datetime:
    """Return the due time in UTC for a person in `zone` (None: Eastern).

    The reminders a week and a day before are due exactly 7 days and 24 hours before, in UTC. If that is at night, they
    are moved earlier, never later. The reminder an hour before is not moved.
    """
    moment = starts_at.astimezone(dt.UTC) - BEFORE[kind]
    return moment if kind == Reminder.HOUR else moved_out_of_night(moment, zone)


def moved_out_of_night(moment: dt.datetime, zone: str | None) -> dt.datetime:
    """Return `moment` if it is not at night in `zone`, else 20:55 of the evening before."""
    here = ZoneInfo(zone or EASTERN)
    local = moment.astimezone(here)
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return moment
    evening = local.date() if local.time() >= NIGHT_BEGINS else local.date() - dt.timedelta(days=1)
    return dt.datetime.combine(evening, LAST_BEFORE_NIGHT, here).astimezone(dt.UTC)


def after_night(moment: dt.datetime, zone: str | None) -> dt.datetime:
    """Return `moment` if it is not at night in `zone`, else 7:00 of the next morning."""
    local = moment.astimezone(ZoneInfo(zone or EASTERN))
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return moment
    morning = local.date() + dt.timedelta(days=1) if local.time() >= NIGHT_BEGINS else local.date()
    return dt.datetime.combine(morning, NIGHT_ENDS, local.tzinfo).astimezone(dt.UTC)


def is_worth_writing(due: dt.datetime, registered_at: dt.datetime) -> bool:
    """Return whether the person registered at least an hour before the reminder is due, so that it is useful."""
    return due > registered_at + JUST_REGISTERED
