"""Move the evidence of a duplicate profile to the profile that is kept, and compute the attendances again."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.locking import lock_session
from attendance.models import (
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceRequest,
    AttendanceRow,
    JoinClick,
    SaidCode,
    SharedRoom,
)
from registrations.models import Registration
from sessions.models import Session


def merge_attendance(*, kept: Person, gone: Person) -> int:
    """Move rows of reports, corrections, requests, presses of Join and codes from the profile `gone` to `kept`.

    Return the number of sessions whose attendances were computed again. Time that both profiles spent in a session
    counts once. If both have an open request about a session, that of `gone` is deleted. The caller must have moved the
    registrations before. Locks the sessions in order of their primary keys.
    """
    rows, corrections = AttendanceRow.objects.filter(person=gone), AttendanceCorrection.objects.filter(person=gone)
    found = {*rows.values_list("report__session", flat=True), *corrections.values_list("session", flat=True)}
    sessions = [lock_session(session) for session in Session.objects.filter(pk__in=found).order_by("pk")]
    rows.update(person=kept)
    corrections.update(person=kept)
    AttendanceAlias.objects.filter(person=gone).update(person=kept)
    twice = AttendanceRequest.objects.open().filter(person=kept, session=OuterRef("session"))
    AttendanceRequest.objects.open().filter(Exists(twice), person=gone).delete()
    AttendanceRequest.objects.filter(person=gone).update(person=kept)
    _merge_clicks(kept, gone)
    _merge_codes(kept, gone)
    for session in sessions:
        add_up(session)
    return len(sessions)


def _merge_clicks(kept: Person, gone: Person) -> None:
    """Move presses of Join from registrations of `gone` to those of `kept`, for sessions in which both have one."""
    for click in JoinClick.objects.filter(registration__person=gone).select_related("registration"):
        place = Registration.objects.filter(person=kept, session=click.registration.session_id).first()
        if place is None:
            continue
        own = JoinClick.objects.filter(registration=place).first()
        if own is None:
            click.registration = place
            click.save(update_fields=["registration"])
            continue
        own.first_at, own.last_at = min(own.first_at, click.first_at), max(own.last_at, click.last_at)
        own.times += click.times
        own.save()
        click.delete()


def _merge_codes(kept: Person, gone: Person) -> None:
    """Move typed codes and shared rooms to the registrations of `kept`, for sessions in which both profiles have one.

    If both profiles opened a room in a session, the people in the room of `gone` are moved to the room of `kept`.
    """
    for room in SharedRoom.objects.filter(opened_by__person=gone).select_related("opened_by"):
        place = Registration.objects.filter(person=kept, session=room.opened_by.session_id).first()
        if place is None:
            continue
        own = SharedRoom.objects.filter(opened_by=place).first()
        if own is None:
            SharedRoom.objects.filter(pk=room.pk).update(opened_by=place)
            continue
        _move_codes(SaidCode.objects.filter(room=room), room=own)
        room.delete()
    for code in SaidCode.objects.filter(registration__person=gone).select_related("registration"):
        place = Registration.objects.filter(person=kept, session=code.registration.session_id).first()
        if place is not None:
            _move_codes(SaidCode.objects.filter(pk=code.pk), registration=place)


def _move_codes(codes: QuerySet[SaidCode], **to: object) -> None:
    """Change the room or the registration of these codes. A code that would then exist twice is deleted."""
    for code in codes:
        values = {"registration": code.registration, "room": code.room, **to}
        if SaidCode.objects.filter(**values).exclude(pk=code.pk).exists():
            code.delete()
        else:
            SaidCode.objects.filter(pk=code.pk).update(**to)
