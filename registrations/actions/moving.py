"""Move a person to another session, or give a person on a waiting list a place, as a coordinator."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations import rules
from registrations.actions.enrolling import enroll_in_series
from registrations.actions.giving_back import cancel_place, end_empty_enrollment, entry_of, left_message
from registrations.actions.messages import message_to
from registrations.actions.places import place_for, promote_waiting, register_for
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.actions.untold import lock_untold, tell_of_place_at_once
from registrations.drop_reasons import DropReason
from registrations.message_kinds import BY_INVITATION, LEFT, MOVED, PLACE
from registrations.models import Enrollment, Registration
from registrations.queries.people import enrollment_of
from registrations.queries.places import NONE_TAKEN, place_in_line, places_taken
from registrations.why_sent import hub_moved, waited_for
from sessions.actions import save_session
from sessions.models import Session

State = Registration.State


@transaction.atomic
def move_registration(
    *, registration: Registration, to_session: Session, by: Person, note_en: str, note_fr: str
) -> Registration:
    """Move a person to another session of the series, or of another series of the hub; return the new registration.

    One email says who moved them and why, with the new calendar entry. If the old entry came from an invitation, a
    second email removes it. Both are due after five minutes. The place that becomes free goes to the next person
    immediately. Locks both sessions. Raises Refusal, and keeps the old place, if there is no reason, if the other
    session is not open or is full, if the person is registered there or gave up their place there, or if they have not
    answered yet (ADR 27).
    """
    now = timezone.now()
    old, new = _lock(registration.session_id, to_session.pk)
    row = _locked(registration)
    row.session = old
    if not (note_en or note_fr):
        raise Refusal(_("Write why, in at least one language."), code="no-reason", field="note_en")
    if row.state == State.CANCELLED:
        raise Refusal(_("The place was given back before."), code="cancelled")
    rules.check_can_leave(old, now)
    rules.check_series_open(new.series)
    rules.check_session_open(new, now)
    rules.check_can_move(row, new, Registration.objects.filter(person=row.person, session=new).first())
    taken = places_taken([new])
    if place_for(new, taken, now)[0] == State.WAITING:
        raise Refusal(_("That session is full, or people wait for it."), code="full", field="to_session")
    entry = entry_of(row)
    said = None if row.is_confirmed else row
    cancel_place(row, by=by, now=now)
    enrollment: Enrollment | None = row.enrollment
    if new.series_id != old.series_id:
        enrollment = enrollment_of(row.person, new.series_id)
        if new.series.needs_key and enrollment is None:
            enrollment, _is_new = enroll_in_series(row.person, new.series, None, covers_later=False, said=said, now=now)
    (moved,) = register_for(row.person, [new], enrollment, now, taken=taken, said=said)
    if row.addition_id is not None and new.series_id == old.series_id:
        moved.addition_id, moved.answered_at = row.addition_id, row.answered_at
        moved.save(update_fields=["addition", "answered_at"])
    end_empty_enrollment(row, now)
    due_at = rules.send_at(old, new, made_at=database_now(), now=now)
    facts = {"registration": moved.pk, "instead_of": row.pk, "by": by.pk, "note_en": note_en, "note_fr": note_fr}
    messages = [
        message_to(
            row.person,
            kind=MOVED,
            key=f"{moved.pk}:{moved.revision}",
            series=new.series,
            about=f"registration:{moved.pk}",
            why=hub_moved(new),
            payload=facts,
            due_at=due_at,
        )
    ]
    if entry == BY_INVITATION:
        messages.append(
            left_message(
                row.person, old.series, [row], entry=entry, why=hub_moved(new), exchanged_for=moved.pk, due_at=due_at,
                by_hub=True,
            )
        )  # fmt: skip
    write_messages(messages)
    for about in (f"registration:{row.pk}", f"registration:{moved.pk}"):
        facts = {"from": old.pk, "to": new.pk}
        record("registration-moved", about=about, by=by, scope_id=new.series.hub_id, details=facts)
    promote_waiting(session_id=old.pk)
    return moved


@transaction.atomic
def recall_move(*, registration: Registration, by: Person) -> Registration:
    """Move a person back, without any email, while the email about the move is unsent.

    Return the registration for the old session. Locks both sessions. Raises Refusal if the email was sent, or if
    somebody else has the old place now.
    """
    now = timezone.now()
    emails = Message.objects.about(f"registration:{registration.pk}").filter(kind=MOVED).unsent()
    message = emails.order_by("-pk").first()
    if message is None:
        raise Refusal(_("Every email has left."), code="too-late")
    before = Registration.objects.get(pk=message.payload["instead_of"])
    new, old = _lock(registration.session_id, before.session_id)
    row = _locked(registration)
    if row.state == State.CANCELLED:
        raise Refusal(_("The place was given back before."), code="cancelled")
    taken = places_taken([old])
    if not before.was_waiting and place_for(old, taken, now)[0] == State.WAITING:
        raise Refusal(_("Somebody else has the old place by now."), code="full")
    row.session = new
    withdraw(emails, reason=DropReason.RECALLED)
    withdraw(Message.objects.about(f"registration:{before.pk}").filter(kind=LEFT), reason=DropReason.RECALLED)
    said = None if row.is_confirmed else row
    cancel_place(row, by=by, now=now)
    end_empty_enrollment(row, now)
    if before.enrollment_id is not None:
        Enrollment.objects.filter(pk=before.enrollment_id, left_at=before.cancelled_at).update(left_at=None)
    (again,) = register_for(row.person, [old], before.enrollment, now, taken=taken, said=said)
    for about in (f"registration:{row.pk}", f"registration:{again.pk}"):
        facts = {"from": new.pk, "to": old.pk}
        record("move-recalled", about=about, by=by, scope_id=new.series.hub_id, details=facts)
    promote_waiting(session_id=new.pk)
    return again


@transaction.atomic
def promote_person(
    *, registration: Registration, by: Person, note_en: str, note_fr: str, extra_place: bool = False
) -> Registration:
    """Give a place to this person on the waiting list, whatever their position, and return the registration.

    The email says that the hub did this and why, and is due now. If the person has not been told yet that the hub
    registered them, the email about that says it, too. If `extra_place` is true and no place is free, the
    limit of the session is raised by one. Locks the session. Raises Refusal if there is no reason, if no place is free,
    or if the person is not on the waiting list.
    """
    now = timezone.now()
    session = (
        Session.objects.select_for_update(no_key=True).select_related("series__hub").get(pk=registration.session_id)
    )
    row = _locked(registration)
    row.session = session
    if not (note_en or note_fr):
        raise Refusal(_("Write why, in at least one language."), code="no-reason", field="note_en")
    if row.state != State.WAITING:
        raise Refusal(_("This person is not on the waiting list."), code="not-waiting")
    rules.check_can_change(session, now)
    registered = places_taken([session]).get(session.pk, NONE_TAKEN).registered
    if session.is_full(registered):
        if not extra_place:
            raise Refusal(_("No place is free."), code="no-place")
        session.capacity = registered + 1
        save_session(session=session, by=by)
    passed = place_in_line(row) - 1
    row.state, row.waiting_number, row.changed_at = State.REGISTERED, None, now
    row.revision += 1
    set_unproved_terms([row], now)
    row.save()
    write_reminders([row])
    if row.pk in lock_untold([row]):
        tell_of_place_at_once(row, note_en=note_en, note_fr=note_fr)
    else:
        message = message_to(
            row.person,
            kind=PLACE,
            key=f"{row.pk}:{row.revision}",
            series=session.series,
            about=f"registration:{row.pk}",
            why=waited_for(session),
            payload={"registration": row.pk, "by_hub": True, "note_en": note_en, "note_fr": note_fr},
            expires_at=session.ends_at,
        )
        write_messages([message])
    record(
        "promoted-by-hand",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"session": session.pk, "passed": passed},
    )
    return row


def _lock(first: int, second: int) -> tuple[Session, Session]:
    """Lock both sessions by ascending primary key, and return them in the order of the arguments."""
    rows = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("series__hub")
    found = {row.pk: row for row in rows.filter(pk__in={first, second}).order_by("pk")}
    return found[first], found[second]


def _locked(registration: Registration) -> Registration:
    rows = Registration.objects.select_for_update(of=("self",)).select_related("person", "enrollment")
    return rows.get(pk=registration.pk)
