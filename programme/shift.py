"""A demonstration's dates: moved by whole weeks, so that weekdays and wall-clock times stay.

The rule stands in the head of the programme's file: sessions from the snapshot's day on move by the smallest number of
weeks that leaves the first of them at least 24 hours ahead. Sessions dated before that day were held; they move by the
same number of weeks, or by fewer where they would not be over yet.
"""

import dataclasses
import datetime as dt

from echo_portal.lib.zones import WallTimeError, utc_of
from programme.entries import AccreditationEntry, FaultyProgrammeError, Programme, SessionEntry

AHEAD = dt.timedelta(hours=24)
WEEK = dt.timedelta(weeks=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """How many weeks later (negative: earlier) sessions to come, and held ones, lie."""

    weeks: int
    held_weeks: int


def shift_for(programme: Programme, moment: dt.datetime) -> Shift:
    """Return the shift of a programme that is first loaded at this aware moment."""
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
    """Wall time of the first session on or after the snapshot's day; its next midnight where there is none."""
    times = [
        dt.datetime.combine(session.on_date, session.start_time or dt.time())
        for series in programme.series
        for session in series.sessions
        if session.on_date and session.on_date >= programme.as_of
    ]
    return min(times, default=dt.datetime.combine(programme.as_of, dt.time()) + AHEAD)


def _moment_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """Also for an hour that the clocks skip: the file is refused for it later, with its table."""
    try:
        return utc_of(wall, zone)
    except WallTimeError:
        return utc_of(wall + dt.timedelta(hours=1), zone)


def shifted(programme: Programme, *, shift: Shift, held_by: dt.date) -> Programme:
    """Return the programme at its new dates; undated sessions that were held get `held_by`, a day already shifted.

    Raises FaultyProgrammeError for every wall time that clocks skip after the shift.
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
        if (fault := _missing_hour(session, moved.zone))
    ]
    if faults:
        raise FaultyProgrammeError(faults)
    return moved


def _accreditation(record: AccreditationEntry | None, by: dt.timedelta) -> AccreditationEntry | None:
    if record is None or record.valid_from is None or record.valid_to is None:
        return record
    return dataclasses.replace(record, valid_from=record.valid_from + by, valid_to=record.valid_to + by)


def _missing_hour(session: SessionEntry, zone: str) -> str:
    """The sentence about a time that does not exist, or nothing."""
    for time in (session.start_time, session.end_time):
        if session.on_date and time:
            try:
                utc_of(dt.datetime.combine(session.on_date, time), zone)
            except WallTimeError as fault:
                return str(fault)
    return ""
