"""Match rows of a report to people by hand, set rows aside, and put them back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.correcting import correct_attendance
from attendance.actions.locking import lock_session
from attendance.models import AttendanceAlias, AttendanceRow
from attendance.queries.matching import others_with_name, people_of_series
from attendance.rules import check_can_put_back, check_can_remember
from attendance.sentences import row_sentence
from echo_portal.lib.refusals import Refusal


@transaction.atomic
def match_row(*, row: AttendanceRow, person: Person, remember: bool, by: Person) -> int:
    """Match a row of the session's imported report to a person of the series. Return the number of matched rows.

    If `remember` is true, the match is saved for the series, and all other unmatched rows with the same key are matched
    too. Raises Refusal if the row has no times or is already decided, if the person has no registration in the series,
    or if the key is the name of a device or of somebody else in the series, too.
    """
    session = lock_session(row.report.session)
    opened = AttendanceRow.objects.unmatched().stays().filter(report=row.report_id)
    row = _still_open(row)
    if not people_of_series(session.series).filter(pk=person.pk).exists():
        raise Refusal(_("This person is not registered in the series."), code="not-of-series", field="person")
    if remember:
        check_can_remember(row.key, is_shared=others_with_name(session.series, row.key, person))
    rows = opened.filter(key=row.key) if remember else opened.filter(pk=row.pk)
    count = rows.update(
        person=person, matched_by=AttendanceRow.MatchedBy.HAND, decided_at=timezone.now(), decided_by=by
    )
    if remember:
        AttendanceAlias.objects.update_or_create(
            series=session.series,
            key=row.key,
            defaults={"person": person, "made_at": timezone.now(), "made_by": by},
        )
    add_up(session)
    record(
        "attendance-row-matched",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"row": row.pk, "person": person.pk, "remembered": remember, "rows": count},
    )
    return count


@transaction.atomic
def set_row_aside(*, row: AttendanceRow, by: Person) -> None:
    """Remove a row from the review desk without matching it to a person.

    Raises Refusal if the row is already decided.
    """
    session = lock_session(row.report.session)
    if not AttendanceRow.objects.unmatched().filter(pk=row.pk).exists():
        raise _decided()
    now = timezone.now()
    AttendanceRow.objects.filter(pk=row.pk).update(set_aside_at=now, decided_at=now, decided_by=by)
    record(
        "attendance-row-set-aside",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"row": row.pk},
    )


@transaction.atomic
def put_row_back(*, row: AttendanceRow, by: Person) -> None:
    """Return a row that was set aside to the review desk. A corrected report with an identical row keeps it undecided.

    Minutes that were given for the row stay. Raises Refusal if the row is not set aside. Locks the session.
    """
    session = lock_session(row.report.session)
    row = AttendanceRow.objects.select_related("report").defer("report__file").get(pk=row.pk)
    check_can_put_back(row)
    AttendanceRow.objects.filter(pk=row.pk).update(set_aside_at=None, decided_at=timezone.now(), decided_by=by)
    record(
        "attendance-row-put-back",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"row": row.pk},
    )


def _still_open(row: AttendanceRow) -> AttendanceRow:
    found = AttendanceRow.objects.unmatched().stays().filter(pk=row.pk).first()
    if found is None:
        raise _decided()
    return found


def _decided() -> Refusal:
    return Refusal(_("This row has been decided since."), code="decided")


@transaction.atomic
def give_minutes(*, row: AttendanceRow, person: Person, minutes: int, by: Person) -> None:
    """Set how many minutes a person attended, for a row that has no usable times.

    This saves a correction whose reason names the row.
    """
    reason = _("Row %(row)s of the report: %(reason)s") % {
        "row": row.row,
        "reason": row_sentence(row.code, row.facts) if row.code else row.name,
    }
    correct_attendance(session=row.report.session, person=person, seconds=minutes * 60, reason=reason[:500], by=by)
    set_row_aside(row=row, by=by)
