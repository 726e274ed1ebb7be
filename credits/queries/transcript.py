"""Queries for a person's transcript. Each function uses one query."""

import datetime as dt
from collections.abc import Collection

from accounts.models import Person
from attendance.models import Attendance
from credits.models import Accreditation, CertifiedSession, CreditEntry


def attendances_between(person: Person, first: dt.date, last: dt.date) -> list[Attendance]:
    """Return the person's confirmed attendances from `first` to `last`, in order of time."""
    rows = Attendance.objects.confirmed().filter(person=person, session__on_date__range=(first, last))
    order = ("session__on_date", "session__starts_at", "session__series_id", "session__number")
    return list(rows.select_related("session__series").order_by(*order))


def entries_between(person: Person, first: dt.date, last: dt.date) -> dict[int, list[CreditEntry]]:
    """Return the person's entries for sessions from `first` to `last`, by session ID, without reversed entries."""
    rows = CreditEntry.objects.in_force().filter(person=person, session__on_date__range=(first, last))
    found: dict[int, list[CreditEntry]] = {}
    for row in rows.select_related("accreditation", "session").order_by("accreditation_id"):
        found.setdefault(row.session_id, []).append(row)
    return found


def accreditations_of(series: Collection[int]) -> dict[int, list[Accreditation]]:
    """Return the complete accreditations of these series, by series ID."""
    found: dict[int, list[Accreditation]] = {}
    for row in Accreditation.objects.complete().filter(series__in=series):
        found.setdefault(row.series_id, []).append(row)
    return found


def session_ids(sessions: Collection[int]) -> dict[tuple[int, int], str]:
    """Return the certifier's IDs of these sessions, by the IDs of the accreditation and the session."""
    rows = CertifiedSession.objects.filter(session__in=sessions)
    return {(row.accreditation_id, row.session_id): row.certified_id for row in rows}
