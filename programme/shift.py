"""Move the dates of a programme by whole weeks, which keeps weekdays and local times.

The comment at the top of the programme's file describes the rule. Sessions on or after the day of the snapshot move by
the smallest number of weeks after which the first of them is at least 24 hours ahead. Sessions before that day were
held. They move by the same number of weeks, or by fewer if they would otherwise not be over yet.
"""

import dataclasses
import datetime as dt

from echo_portal.lib.zones import WallTimeError, utc_of
from programme.entries import AccreditationEntry, FaultyProgrammeError, Programme, SessionEntry

AHEAD = dt.timedelta(hours=24)
WEEK = dt.timedelta(weeks=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """The numbers of weeks by which sessions to come (`weeks`) and held sessions (`held_weeks`) move.

    A negative number moves them to an earlier day.
    """

    weeks: int
    held_weeks: int


def shift_for(programme: Programme, moment: dt.datetime) -> Shift:
    """Return the shift for a programme that is first loaded at this time (an aware datetime)."""
    first = _first_to_come(programme)
    weeks = (moment + AHEAD - utc_of(first, programme.zone)) // WEEK - 1
    while _moment_of(first + weeks * WEEK, programme.zone) < moment + AHEAD:
        weeks += 1
    last_day = _last_held_day(programme)
    held_weeks = weeks
    while last_day and _midnight_after(last_day + held_weeks * WEEK, programme.zone) > moment:
        held_weeks -= 1
    return Shift(weeks, held_weeks)


def _last_held_day(programme: Programme) -> dt.date | None:
    days = [
        session.on_date
        for series in programme.series
        for session in series.sessions
        if session.on_date and session.on_date < programme.as_of
    ]
    return max(days, default=None)


def _midnight_after(day: dt.date, zone: str) -> dt.datetime:
    return _moment_of(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()), zone)


def _first_to_come(programme: Programme) -> dt.datetime:
    """Return the local time of the first session on or after the day of the snapshot.

    If there is none, return the midnight at the end of that day.
    """
    times = [
        dt.datetime.combine(session.on_date, session.start_time or dt.time())
        for series in programme.series
        for session in series.sessions
        if session.on_date and session.on_date >= programme.as_of
    ]
    return min(times, default=dt.datetime.combine(programme.as_of, dt.time()) + AHEAD)


def _moment_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """Return the UTC time of a local time. If daylight saving skips it, return the time an hour later.

    `shifted` reports skipped times as faults.
    """
    try:
        return utc_of(wall, zone)
    except WallTimeError:
        return utc_of(wall + dt.timedelta(hours=1), zone)


def shifted(programme: Programme, *, shift: Shift, held_by: dt.date) -> Programme:
    """Return the programme with moved dates. Undated sessions that were held get `held_by`, which is already moved.

    Raises FaultyProgrammeError with a line for each local time that daylight saving skips after the move.
    """
    by = shift.weeks * WEEK

    def move(session: SessionEntry) -> SessionEntry:
        if session.on_date is None:
            return dataclasses.replace(session, held_by=held_by) if session.was_held else session
        was_held = session.on_date < programme.as_of
        return dataclasses.replace(session, on_date=session.on_date + (shift.held_weeks * WEEK if was_held else by))

    moved = dataclasses.replace(
        programme,
        as_of=programme.as_of + by,
        series=tuple(
            dataclasses.replace(
                series,
                sessions=tuple(move(session) for session in series.sessions),
                accreditation=_accreditation(series.accreditation, by),
            )
            for series in programme.series
        ),
    )
    faults = [
        f"{programme.file}: {session.where}: {fault}"
        for series in moved.series
        for session in series.sessions
        if (fault := _skipped_time(session, moved.zone))
    ]
    if faults:
        raise FaultyProgrammeError(faults)
    return moved


def _accreditation(entry: AccreditationEntry | None, by: dt.timedelta) -> AccreditationEntry | None:
    if entry is None or entry.valid_from is None or entry.valid_to is None:
        return entry
    return dataclasses.replace(entry, valid_from=entry.valid_from + by, valid_to=entry.valid_to + by)


def _skipped_time(session: SessionEntry, zone: str) -> str:
    """Return a message if daylight saving skips the session's start or end, or "" if it does not."""
    for time in (session.start_time, session.end_time):
        if session.on_date and time:
            try:
                utc_of(dt.datetime.combine(session.on_date, time), zone)
            except WallTimeError as fault:
                return str(fault)
    return ""
