"""Import a dry run, after which its rows count as attendance, and undo an import."""

import dataclasses

from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.locking import lock_session
from attendance.models import Attendance, AttendanceImport, AttendanceRow
from attendance.queries.matching import MATCHES
from attendance.rules import check_can_import, check_can_replace, check_can_undo

State = AttendanceImport.State
MATCH = f"""
    UPDATE attendance_attendancerow line
       SET person_id = found.person_id, matched_by = found.matched_by, decided_at = found.decided_at,
           decided_by_id = found.decided_by_id, set_aside_at = found.set_aside_at
      FROM ({MATCHES}) found WHERE found.id = line.id
"""  # noqa: S608 (our own text)


@transaction.atomic
def import_report(*, report: AttendanceImport, sha256: str, by: Person) -> AttendanceImport:
    """Import the dry run and return it. The session's previous live report no longer counts.

    Decisions about rows of that report are kept for identical rows of the new one.

    Raises Refusal if `sha256` is not the hash of the report's file, so that nobody imports another file than the page
    displayed, or if nobody has a row with times in it and it would replace a report in which somebody has one. Locks
    the session. A second call changes nothing.
    """
    session = lock_session(report.session)
    report = AttendanceImport.objects.defer("file").get(pk=report.pk)
    if report.is_live and report.sha256 == sha256:
        return report
    check_can_import(report, session, sha256=sha256)
    with connection.cursor() as cursor:
        cursor.execute(MATCH, {"report": report.pk, "series": session.series_id})
    live = AttendanceImport.objects.live().filter(session=session)
    stays = AttendanceRow.objects.stays()
    check_can_replace(stays.filter(report=report), before=stays.filter(report__in=live))
    live.update(state=State.SUPERSEDED, superseded_by=report)
    report.state, report.imported_at, report.imported_by = State.IMPORTED, timezone.now(), by
    report.save(update_fields=["state", "imported_at", "imported_by"])
    add_up(session)
    record(
        "attendance-report-imported",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"report": report.pk, "sha256": sha256},
    )
    return report


@transaction.atomic
def undo_import(*, report: AttendanceImport, by: Person) -> None:
    """Undo an import: make the report a dry run again, and import the report that it replaced, if any.

    Attendances are the same as before the import. Matches that were made by hand since the import are deleted. Raises
    Refusal if the report is not imported.
    """
    session = lock_session(report.session)
    report = AttendanceImport.objects.defer("file").get(pk=report.pk)
    check_can_undo(report)
    before = AttendanceImport.objects.filter(superseded_by=report).first()
    AttendanceImport.objects.filter(pk=report.pk).update(state=State.DRAFT, imported_at=None, imported_by=None)
    if before is not None:
        AttendanceImport.objects.filter(pk=before.pk).update(state=State.IMPORTED, superseded_by=None)
    AttendanceRow.objects.filter(report=report).update(
        person=None, matched_by="", decided_at=None, decided_by=None, set_aside_at=None
    )
    add_up(session)
    record(
        "attendance-import-undone",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"report": report.pk, "sha256": report.sha256, "restored": before.pk if before else None},
    )


@dataclasses.dataclass(frozen=True)
class UndoEffect:
    """What undoing an import changes: numbers of people and of matches made by hand.

    `counts_again` is the file name of the report that counts again, or "".
    """

    removed: int
    changed: int
    restored: int
    matches: int
    counts_again: str


def preview_undo(*, report: AttendanceImport, by: Person) -> UndoEffect:
    """Return what undoing the import would change: undo it in a transaction that is rolled back.

    Raises Refusal in the same cases as `undo_import`.
    """
    attendances = Attendance.objects.filter(session=report.session_id)
    before = dict(attendances.values_list("person", "seconds"))
    matches = report.rows.filter(matched_by="hand").count()
    replaced = AttendanceImport.objects.filter(superseded_by=report).values_list("file_name", flat=True).first()
    with transaction.atomic():
        undo_import(report=report, by=by)
        after = dict(attendances.values_list("person", "seconds"))
        transaction.set_rollback(True)
    return UndoEffect(
        removed=len(before.keys() - after.keys()),
        changed=sum(before[person] != after[person] for person in before.keys() & after.keys()),
        restored=len(after.keys() - before.keys()),
        matches=matches,
        counts_again=replaced or "",
    )
