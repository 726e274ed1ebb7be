"""Move the evidence of a duplicate profile to the person who is kept, and add up the attendances again."""

from django.db.models import Exists, OuterRef

from accounts.models import Person
from attendance.actions.adding_up import add_up
from attendance.actions.locking import lock_session
from attendance.models import AttendanceAlias, AttendanceCorrection, AttendanceRequest, AttendanceRow, JoinClick
from registrations.models import Registration
from sessions.models import Session


def merge_attendance(*, kept: Person, gone: Person) -> int:
    """Give the kept person the rows of reports, corrections, requests and presses of Join; return how many sessions.

    Time that both profiles spent in a session counts once. Of two open requests about a session, the kept person's
    stays. The caller must have moved the registrations. Locks the sessions by ascending primary key.
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
    for session in sessions:
        add_up(session)
    return len(sessions)


def _merge_clicks(kept: Person, gone: Person) -> None:
    """Move the presses of Join that belong to a registration which both profiles had."""
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
