"""Move or cancel a session, and recall such a change, in one transaction with its messages (PRODUCT.md 4)."""

import dataclasses
import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage
from echo_portal.outbox.models import Message
from registrations.actions.notifying import (
    message_of_change,
    messages_of_change,
    registrants,
    requeue_dropped,
    withdraw_pending,
    write_messages_of_change,
)
from registrations.actions.publishing import recall_publication
from registrations.actions.reminding import end_terms_past_the_list, write_reminders
from registrations.drop_reasons import DropReason
from registrations.models import Registration, SessionChange
from registrations.placeholders import check_no_placeholders
from registrations.queries.last_told import last_told, outdated
from registrations.queries.recallable import states_of_emails
from registrations.rules import check_can_change, check_can_recall, send_at
from registrations.snapshots import SessionSnapshot
from sessions.actions import save_session
from sessions.models import Session


@dataclasses.dataclass(frozen=True)
class NewTime:
    """The new date, local times and time zone of a session.

    `start_time` and `end_time` are None if only the date is known.
    """

    on_date: dt.date | None
    start_time: dt.time | None
    end_time: dt.time | None
    time_zone: str


@transaction.atomic
def reschedule_session(
    *,
    session: Session,
    new_time: NewTime,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    seen_revision: int | None = None,
) -> SessionChange:
    """Move a session, and write an email to each registrant whose last email may show another time.

    The emails are due after five minutes, or now if the session is live or starts within two hours. `seen_revision` is
    the session's revision when the preview was displayed. Raises Refusal if the session is over, is cancelled, already
    has this time, or was changed after the preview. Raises WallTimeError for a local time that daylight saving skips.
    """
    locked = _locked(session, seen_revision)
    moved = locked.moved_to(**dataclasses.asdict(new_time))
    before = SessionSnapshot.of(locked)
    if SessionSnapshot.of(moved) == dataclasses.replace(before, state=moved.state):
        raise Refusal(_("The session stands at this time already."), code="unchanged")
    return _change(moved, SessionChange.Kind.RESCHEDULED, before, by=by, note_en=note_en, note_fr=note_fr)


@transaction.atomic
def cancel_session(
    *,
    session: Session,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    seen_revision: int | None = None,
) -> SessionChange:
    """Cancel a session, and write an email to each registrant. Raises Refusal in cases like `reschedule_session`.

    The email to a person with a place contains the CANCEL of the calendar entry.
    """
    locked = _locked(session, seen_revision)
    before = SessionSnapshot.of(locked)
    return _change(locked.cancelled(), SessionChange.Kind.CANCELLED, before, by=by, note_en=note_en, note_fr=note_fr)


@transaction.atomic
def recall_change(*, change: SessionChange, by: Person | None) -> int:
    """Undo a change before any of its emails is sent, and return how many other emails were written because of this.

    Registrants who saw the change in another email get an email that it was undone. If the change had withdrawn the
    email about the previous change, registrants get that email again, at its due time. A second call writes nothing.
    Raises Refusal if an email has been sent, or if the session was changed again.
    """
    row = SessionChange.objects.select_for_update().get(pk=change.pk)
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=row.session_id)
    if row.recalled_at is not None:
        return 0
    check_can_recall(row, session, states_of_emails(row))
    if row.kind == SessionChange.Kind.PUBLISHED:
        recall_publication(change=row, session=session, by=by)
        return 0
    rows = registrants(session)
    held = withdraw_pending(session, rows, reason=DropReason.RECALLED)
    told = last_told(session, SessionSnapshot.of(session), rows)
    SessionSnapshot.read(row.before, session).restore(session)
    save_session(session=session, by=by)
    now = database_now()
    row.recalled_at, row.recalled_by = now, by
    row.save(update_fields=["recalled_at", "recalled_by"])
    write_reminders(rows)
    if row.kind == SessionChange.Kind.CANCELLED:
        requeue_dropped(rows)
    messages = _messages_after_recall(row, rows, told, now)
    write_messages_of_change(messages, held=held)
    record(
        "recall-change",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": row.pk, "emails": len(messages)},
    )
    return len(messages)


def _messages_after_recall(
    recalled: SessionChange, rows: list[Registration], told: dict[int, list[SessionSnapshot]], now: dt.datetime
) -> list[NewMessage]:
    """Return the messages to registrants whose last email may show another time than the restored one.

    A message about the previous change is written again if it was withdrawn before it was sent. The other registrants
    get a message that the session is as before. A message that a coordinator cancelled is not written again.
    """
    changes = SessionChange.objects.filter(session=recalled.session_id, recalled_at=None)
    before = changes.exclude(kind=SessionChange.Kind.PUBLISHED).order_by("pk").last()
    earlier = messages_of_change(before)
    messages = []
    for row in rows:
        was = outdated(told[row.pk], SessionSnapshot.of(row.session))
        if was is None:
            continue
        message = earlier.get(row.pk)
        if before is None or message is None:
            messages.append(message_of_change(row, was, change=recalled, about=recalled, due_at=now))
        elif message.reason in (DropReason.CHANGED_AGAIN, DropReason.RECALLED):
            due_at = max(before.send_at, now)
            messages.append(message_of_change(row, was, change=before, about=before, due_at=due_at))
        elif message.state != Message.State.CANCELLED or message.payload["was"] != was.stored():
            messages.append(message_of_change(row, was, change=recalled, about=recalled, due_at=now))
    return messages


def _locked(session: Session, seen_revision: int | None = None) -> Session:
    locked = Session.objects.select_for_update(no_key=True).select_related("series__hub").get(pk=session.pk)
    check_can_change(locked, timezone.now())
    if seen_revision is not None and locked.revision != seen_revision:
        raise Refusal(
            _("The session was changed since you looked. This is how it stands now; look once more."), code="seen"
        )
    return locked


def _change(
    session: Session,
    kind: SessionChange.Kind,
    before: SessionSnapshot,
    *,
    by: Person | None,
    note_en: str,
    note_fr: str,
) -> SessionChange:
    for field, note in (("note_en", note_en), ("note_fr", note_fr)):
        check_no_placeholders(note, field=field)
    made_at = database_now()
    rows = registrants(session)
    held = withdraw_pending(session, rows, reason=DropReason.CHANGED_AGAIN)
    told = last_told(session, before, rows)
    save_session(session=session, by=by)
    end_terms_past_the_list(rows)
    after = SessionSnapshot.of(session)
    change = SessionChange.objects.create(
        session=session,
        kind=kind,
        before=before.stored(),
        after=after.stored(),
        note_en=note_en,
        note_fr=note_fr,
        made_at=made_at,
        made_by=by,
        send_at=send_at(session, before.applied_to(session), made_at=made_at, now=timezone.now()),
    )
    write_reminders(rows)
    messages = [
        message_of_change(row, was, change=change, about=change, due_at=change.send_at)
        for row in rows
        if (was := outdated(told[row.pk], after)) is not None
    ]
    write_messages_of_change(messages, held=held)
    record(
        f"session-{kind}",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": change.pk, "emails": len(messages)},
    )
    return change
