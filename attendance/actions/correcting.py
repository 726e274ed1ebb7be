"""Corrections of attendances by hand, and roll calls."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.locking import lock_session
from attendance.models import Attendance, AttendanceCorrection
from attendance.queries.matching import people_of_series
from attendance.queries.said import said_by
from attendance.rules import check_can_take_attendance, check_correction, window_seconds
from echo_portal.lib.refusals import Refusal
from registrations.models import Registration
from sessions.models import Session

Kind = AttendanceCorrection.Kind


@transaction.atomic
def correct_attendance(
    *, session: Session, person: Person, seconds: int | None, reason: str, by: Person, kind: str = Kind.CORRECTION
) -> AttendanceCorrection:
    """Set how many seconds a person attended, with a reason. None restores the time in the report.

    Raises Refusal if the person has no registration in the series, if the reason is empty, or if the time is longer
    than the session.
    """
    session = lock_session(session)
    check_can_take_attendance(session, timezone.now())
    check_correction(session, seconds, reason)
    if not people_of_series(session.series).filter(pk=person.pk).exists():
        raise Refusal(_("This person is not registered in the series."), code="not-of-series", field="person")
    before = Attendance.objects.filter(session=session, person=person).first()
    correction = AttendanceCorrection.objects.create(
        person=person,
        session=session,
        kind=kind,
        seconds_before=before.seconds if before else None,
        seconds_after=seconds,
        reason=reason.strip(),
        made_at=timezone.now(),
        made_by=by,
    )
    add_up(session)
    record(
        "attendance-corrected",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={
            "correction": correction.pk,
            "person": person.pk,
            "before": correction.seconds_before,
            "after": seconds,
        },
    )
    return correction


@transaction.atomic
def take_roll_call(*, session: Session, present: Collection[int], by: Person) -> tuple[int, int]:
    """Save which registrants attended. Return how many attendances were added and how many were removed.

    `present` contains the IDs of the people who attended. Each of them who has no attendance yet gets one of the whole
    session. For people who are not in `present`, only an attendance from an earlier roll call is removed, never one
    from a report or a correction. If such a person typed a code since the last roll call, a correction is saved for
    them too, so that the next roll call does not display them as ticked.
    """
    session = lock_session(session)
    check_can_take_attendance(session, timezone.now())
    known = {row.person_id: row for row in Attendance.objects.filter(session=session)}
    registered = set(Registration.objects.registered().filter(session=session).values_list("person_id", flat=True))
    wanted = registered & set(present)
    added = {pk for pk in wanted if pk not in known or known[pk].seconds == 0}
    called = {pk for pk, row in known.items() if row.source == Attendance.Source.ROLL_CALL}
    taken_back = called - set(present)
    codes = said_by(session)
    not_there = {pk for pk in registered - set(present) - known.keys() if pk in codes and not codes[pk].is_decided}
    reason, now = _("Roll call"), timezone.now()
    AttendanceCorrection.objects.bulk_create(
        AttendanceCorrection(
            person_id=pk,
            session=session,
            kind=Kind.ROLL_CALL,
            seconds_before=known[pk].seconds if pk in known else None,
            seconds_after=window_seconds(session) if pk in added else None,
            reason=reason,
            made_at=now,
            made_by=by,
        )
        for pk in sorted(added | taken_back | not_there)
    )
    if added or taken_back:
        add_up(session)
        record(
            "attendance-roll-call",
            about=f"session:{session.pk}",
            by=by,
            scope_id=session.series.hub_id,
            details={"added": sorted(added), "taken_back": sorted(taken_back)},
        )
    return len(added), len(taken_back)
