"""Take back a wrong match of a row to a person."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.locking import lock_session
from attendance.models import Attendance, AttendanceAlias, AttendanceCorrection, AttendanceRow
from attendance.rules import check_can_take_back
from sessions.models import Session


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking back a match changed: the number of rows, and the person's minutes before and after.

    `elsewhere` is the number of rows in other sessions of the series that the forgotten match had given to the person.
    """

    person: Person
    rows: int
    before: int
    after: int
    elsewhere: int


@transaction.atomic
def take_back_match(*, row: AttendanceRow, reason: str, by: Person) -> TakenBack:
    """Make a row of the report that counts undecided again, and save the reason as a correction of the person.

    If the match was remembered for the series, it is forgotten, and all rows of the session that it gave to the person
    become undecided. Names in rows of a report whose file is erased are erased. Raises Refusal if the row belongs to
    nobody or the reason is empty. Locks the session.
    """
    session = lock_session(row.report.session)
    row = AttendanceRow.objects.select_related("report", "person").defer("report__file").get(pk=row.pk)
    check_can_take_back(row, reason)
    person = row.person
    assert person is not None
    before = _seconds(session, person)
    ids, elsewhere = {row.pk}, 0
    if AttendanceAlias.objects.filter(series=session.series_id, key=row.key, person=person).delete()[0]:
        same = AttendanceRow.objects.matched().filter(key=row.key, person=person)
        by_key = same.filter(report=row.report_id).exclude(matched_by=AttendanceRow.MatchedBy.ADDRESS)
        ids |= set(by_key.values_list("pk", flat=True))
        others = same.filter(report__session__series=session.series_id, matched_by=AttendanceRow.MatchedBy.ALIAS)
        elsewhere = others.exclude(report=row.report_id).count()
    erased = {"name": "", "email": "", "registrant": "", "key": ""} if row.report.file_erased_at else {}
    now = timezone.now()
    count = AttendanceRow.objects.filter(pk__in=ids).update(
        person=None, matched_by="", decided_at=now, decided_by=by, set_aside_at=None, **erased
    )
    add_up(session)
    after = _seconds(session, person)
    AttendanceCorrection.objects.create(
        person=person,
        session=session,
        kind=AttendanceCorrection.Kind.MATCH,
        seconds_before=before,
        seconds_after=after,
        reason=reason.strip(),
        made_at=now,
        made_by=by,
    )
    record(
        "attendance-match-taken-back",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"row": row.pk, "person": person.pk, "rows": count, "before": before, "after": after},
    )
    return TakenBack(person, count, (before or 0) // 60, (after or 0) // 60, elsewhere)


def _seconds(session: Session, person: Person) -> int | None:
    return Attendance.objects.filter(session=session, person=person).values_list("seconds", flat=True).first()
