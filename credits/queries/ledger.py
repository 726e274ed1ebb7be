"""Queries for the entries of a ledger, and for the attendances from which it is computed."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from attendance.models import Attendance
from credits.allocation import NO_SESSION_ID, OUTSIDE_DATES, AttendedSession
from credits.models import Accreditation, CreditEntry

Key = tuple[int, int, int]  # IDs of the accreditation, the person and the session


@dataclasses.dataclass(frozen=True)
class Standing:
    """The minutes of a session on a valid certificate, and its credits by accreditation ID."""

    minutes: int
    credits: Mapping[int, Decimal]


@dataclasses.dataclass(frozen=True)
class Attended:
    """The attendances of one person in one series, in order of time."""

    sessions: tuple[AttendedSession, ...]
    rows: dict[int, Attendance]  # by session


def confirmed_in(series_id: int) -> list[Attendance]:
    """Return the confirmed attendances in a series with person and session, sorted by person and time."""
    rows = Attendance.objects.confirmed().filter(session__series=series_id).select_related("session", "person")
    return list(rows.order_by("person", "session__on_date", "session__starts_at", "session__number"))


def attended_by_person(
    record: Accreditation,
    attendances: Iterable[Attendance],
    *,
    with_id: set[int],
    standing: Mapping[tuple[int, int], Standing],
    unanswered: Collection[tuple[int, int]] = (),
) -> dict[int, Attended]:
    """Return the attendances of the people to whom the accreditation applies, by person ID.

    `with_id` contains the IDs of the sessions for which the certifier gave an ID. `standing` contains the minutes and
    credits on valid certificates, by IDs of the person and the session. `unanswered` contains such pairs of IDs whose
    credits wait for an evaluation.
    """
    sessions: dict[int, list[AttendedSession]] = {}
    rows: dict[int, dict[int, Attendance]] = {}
    for row in attendances:
        if not record.is_for(row.person):
            continue
        barred = ""
        if not record.covers(row.session.on_date):
            barred = OUTSIDE_DATES
        elif record.needs_session_ids and row.session_id not in with_id:
            barred = NO_SESSION_ID
        printed = standing.get((row.person_id, row.session_id))
        kept = printed.credits.get(record.pk) if printed and printed.minutes == row.minutes else None
        waits = (row.person_id, row.session_id) in unanswered
        attended = AttendedSession(row.session_id, row.minutes, barred, kept, waits)
        sessions.setdefault(row.person_id, []).append(attended)
        rows.setdefault(row.person_id, {})[row.session_id] = row
    return {person: Attended(tuple(found), rows[person]) for person, found in sessions.items()}


def standing_entries(series_id: int) -> dict[Key, CreditEntry]:
    """Return the entries of a series that are not reversed."""
    rows = CreditEntry.objects.in_force().filter(accreditation__series=series_id)
    return {(row.accreditation_id, row.person_id, row.session_id): row for row in rows}


def open_reversals(series_id: int) -> dict[Key, int]:
    """Return the IDs of the reversals that no later entry follows, by key. The next entry must refer to them."""
    rows = CreditEntry.objects.open_reversals().filter(accreditation__series=series_id)
    return {
        (accreditation, person, session): pk
        for pk, accreditation, person, session in rows.values_list("pk", "accreditation", "person", "session")
    }
