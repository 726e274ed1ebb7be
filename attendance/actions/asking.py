"""“I was there”: a person asks the hub to confirm their attendance, and a coordinator answers (PRODUCT.md 5)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from attendance.actions.correcting import correct_attendance
from attendance.actions.locking import lock_session
from attendance.message_kinds import ATTENDANCE_ANSWER
from attendance.models import Attendance, AttendanceCorrection, AttendanceRequest
from attendance.rules import check_acceptance, check_can_answer, check_can_ask
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_message
from registrations.models import Registration
from sessions.models import Session

State = AttendanceRequest.State


@transaction.atomic
def ask_for_attendance(*, session: Session, person: Person, text: str = "") -> AttendanceRequest:
    """Save the person's request to confirm their attendance, and return it.

    If the person has an open request about the session, that request is returned unchanged. Raises Refusal if they have
    no place in the session, if all of their attendance is already confirmed, or if it is too early or too late to ask.
    """
    rows = AttendanceRequest.objects.filter(session=session, person=person)
    attended = Attendance.objects.filter(session=session, person=person).first()
    request = AttendanceRequest(session=session, person=person, text=text.strip(), asked_at=timezone.now())
    requests = list(rows)
    if waiting := next((row for row in requests if row.is_open), None):
        return waiting
    check_can_ask(
        session,
        has_place=Registration.objects.registered().filter(session=session, person=person).exists(),
        seconds=attended.seconds if attended else None,
        requests=requests,
        now=request.asked_at,
    )
    if not insert_unless_there(request):
        return rows.open().get()
    record(
        "attendance-asked",
        about=f"session:{session.pk}",
        by=person,
        scope_id=session.series.hub_id,
        details={"request": request.pk},
    )
    return request


@transaction.atomic
def accept_request(*, request: AttendanceRequest, minutes: int, note: str = "", by: Person) -> AttendanceRequest:
    """Confirm by a correction that the person attended for this many minutes, and write the email with the answer.

    Raises Refusal if the request was already answered, or if the time is longer than the session or shorter than the
    time that is already confirmed.
    """
    session, request = _locked(request)
    now = Attendance.objects.filter(session=session, person=request.person).first()
    check_acceptance(minutes * 60, confirmed=now.seconds if now else None)
    request.correction = correct_attendance(
        session=session,
        person=request.person,
        seconds=minutes * 60,
        reason=note.strip() or _("Asked for by the person"),
        by=by,
        kind=AttendanceCorrection.Kind.REQUEST,
    )
    return _answered(request, session, State.ACCEPTED, note, by)


@transaction.atomic
def refuse_request(*, request: AttendanceRequest, reason: str, by: Person) -> AttendanceRequest:
    """Refuse the request and write the email with the reason.

    Raises Refusal if the reason is empty or the request was already answered.
    """
    session, request = _locked(request)
    if not reason.strip():
        raise Refusal(_("Say why."), code="no-reason", field="reason")
    return _answered(request, session, State.REFUSED, reason, by)


def _locked(request: AttendanceRequest) -> tuple[Session, AttendanceRequest]:
    session = lock_session(request.session)
    rows = AttendanceRequest.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    request = rows.get(pk=request.pk)
    check_can_answer(request)
    return session, request


def _answered(
    request: AttendanceRequest, session: Session, state: AttendanceRequest.State, answer: str, by: Person
) -> AttendanceRequest:
    request.state, request.answer = state, answer.strip()
    request.answered_at, request.answered_by = timezone.now(), by
    request.save(update_fields=["state", "answer", "answered_at", "answered_by", "correction"])
    record(
        "attendance-request-accepted" if state == State.ACCEPTED else "attendance-request-refused",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"request": request.pk, "person": request.person_id},
    )
    person = request.person
    write_message(
        kind=ATTENDANCE_ANSWER,
        dedupe_key=f"{ATTENDANCE_ANSWER}:{request.pk}",
        address=person.email,
        language=person.language,
        about=f"session:{session.pk}",
        why=lambda: _("You asked the hub about your attendance of “%(session)s”.") % {"session": session.full_title},
        person_id=person.pk,
        scope_id=session.series.hub_id,
        payload={"request": request.pk},
    )
    return request
