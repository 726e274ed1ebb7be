"""A demonstration's dates: every one moved by the same whole number of weeks; wall-clock times stay.

The rule stands in the head of the programme's file: the smallest number of weeks that leaves the first session on
or after the snapshot's day at least 24 hours ahead.
"""

import dataclasses
import datetime as dt

from echo_portal.lib.zones import WallTimeError, utc_of
from programme.entries import AccreditationEntry, FaultyProgrammeError, Programme, SeriesEntry, SessionEntry

AHEAD = dt.timedelta(hours=24)
WEEK = dt.timedelta(weeks=1)


def weeks_to_shift(programme: Programme, moment: dt.datetime) -> int:
    """How many weeks later (negative: earlier) the programme must lie, seen from an aware moment."""
    first = _first_to_come(programme)
    weeks = (moment + AHEAD - utc_of(first, programme.zone)) // WEEK - 1
    while _moment_of(first + weeks * WEEK, programme.zone) < moment + AHEAD:
        weeks += 1
    return weeks


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


def shifted(programme: Programme, *, weeks: int, held_by: dt.date) -> Programme:
    """The programme `weeks` later; undated sessions that were held get `held_by` (a day already shifted).

    Raises FaultyProgrammeError for every wall time that clocks skip after the shift.
    """
    by = weeks * WEEK
    moved = dataclasses.replace(
        programme,
        as_of=programme.as_of + by,
        series=tuple(_series(series, by, held_by) for series in programme.series),
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


def _series(series: SeriesEntry, by: dt.timedelta, held_by: dt.date) -> SeriesEntry:
    return dataclasses.replace(
        series,
        sessions=tuple(_session(session, by, held_by) for session in series.sessions),
        accreditation=_accreditation(series.accreditation, by),
    )


def _session(session: SessionEntry, by: dt.timedelta, held_by: dt.date) -> SessionEntry:
    if session.on_date:
        return dataclasses.replace(session, on_date=session.on_date + by)
    return dataclasses.replace(session, held_by=held_by) if session.was_held else session


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
