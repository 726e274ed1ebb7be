"""Queries for a person's own attendances, credits and certificates."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from accounts.models import Person
from attendance.models import Attendance, AttendanceImport
from attendance.queries.matching import rows_to_decide
from credits.models import Certificate, CreditEntry


def own_attendances(person: Person) -> list[Attendance]:
    """Return the person's confirmed attendances with session and series, sorted by series and time."""
    rows = Attendance.objects.confirmed().filter(person=person).select_related("session__series")
    return list(rows.order_by("session__series_id", "session__on_date", "session__number"))


def own_entries(person: Person) -> list[CreditEntry]:
    """Return the person's entries of the ledger that are not reversed, with accreditation and session."""
    rows = CreditEntry.objects.in_force().filter(person=person).select_related("accreditation", "session")
    return list(rows.order_by("accreditation_id", "session__on_date", "session__number"))


def own_certificates(person: Person) -> dict[tuple[int, int | None], Certificate]:
    """Return the person's valid certificates, without loading their files, by IDs of the series and the session.

    The session is None for certificates of a series.
    """
    rows = Certificate.objects.valid().filter(person=person).defer("pdf")
    return {(row.series_id, row.session_id): row for row in rows}


def sessions_with_condition(person: Person, series_id: int) -> set[int]:
    """Return the IDs of the sessions of a series whose credits may wait for the person's evaluation (ADR 41)."""
    rows = CreditEntry.objects.in_force().filter(person=person, session__series=series_id, credits__gt=0)
    return set(rows.filter(accreditation__evaluation_required=True).values_list("session", flat=True))


def sessions_with_report(sessions: Collection[int]) -> dict[int, bool]:
    """Return, by ID, whether rows wait for a decision, for those of the sessions that have a live attendance report."""
    waiting = Exists(rows_to_decide().filter(report=OuterRef("pk")))
    reports = AttendanceImport.objects.live().filter(session__in=sessions)
    return dict(reports.values_list("session", waiting))
