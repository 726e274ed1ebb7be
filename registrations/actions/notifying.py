"""Write, withdraw and requeue the messages about a session that is changed (docs/adr/0009)."""

import datetime as dt
from collections.abc import Sequence

from echo_portal.outbox.actions import NewMessage, hold, requeue, withdraw, write_messages
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import Reason
from registrations.actions.messages import message_to, why_registered
from registrations.drop_reasons import DropReason
from registrations.message_kinds import (
    ADDED,
    ANNOUNCEMENT,
    CANCELLED,
    CONFIRMATION,
    INVITATION,
    MOVED,
    PLACE,
    REMINDERS,
    RESCHEDULED,
)
from registrations.models import Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Session

ABOUT_THE_PLACE = (CONFIRMATION, ADDED, MOVED, PLACE, INVITATION)
DROPPED_WHILE_CANCELLED = (DropReason.EVERY_PLACE_LEFT, DropReason.PLACE_LEFT_OR_CANCELLED, Reason.NOT_TRUE)


def registrants(session: Session) -> list[Registration]:
    """Return the active registrations of a session. Each refers to the given session object."""
    rows = list(Registration.objects.of_session(session))
    for row in rows:
        row.session = session
    return rows


def withdraw_pending(session: Session, rows: Sequence[Registration], *, reason: DropReason) -> set[int]:
    """Withdraw or lock all pending messages that contain the session's time.

    Messages about changes of the session and reminders are withdrawn. Other messages are locked until the end of the
    transaction, so that they are rendered with the new time afterwards. Return the IDs of the registrations whose
    message about a change was held by staff. The caller must hold their next message too.
    """
    kinds = [*ABOUT_THE_PLACE, ANNOUNCEMENT]
    others = Message.objects.pending().filter(person_id__in={row.person_id for row in rows}, kind__in=kinds)
    list(others.order_by("pk").select_for_update().values_list("pk"))
    changes = SessionChange.objects.filter(session=session).values_list("pk", flat=True)
    about_changes = Message.objects.about(*(f"change:{pk}" for pk in changes))
    pending = list(about_changes.pending().order_by("pk").select_for_update())
    withdraw(about_changes, reason=reason)
    withdraw(Message.objects.about(*(f"registration:{row.pk}" for row in rows)).filter(kind__in=REMINDERS))
    return {message.payload["registration"] for message in pending if message.state == Message.State.HELD}


def message_of_change(
    row: Registration, was: SessionSnapshot, *, change: SessionChange, about: SessionChange, due_at: dt.datetime
) -> NewMessage:
    """Return the message about the session's current time or state, to a registrant whose last email showed `was`.

    The email contains the coordinator's note of `change`. Recalling the change `about` withdraws the message.
    """
    kind = CANCELLED if row.session.is_cancelled else RESCHEDULED
    return message_to(
        row.person,
        kind=kind,
        key=f"{row.pk}:{row.sequence}",
        series=row.session.series,
        about=f"change:{about.pk}",
        why=why_registered(row),
        payload={
            "registration": row.pk,
            "revision": row.revision,
            "change": change.pk,
            "was": was.stored(),
            "says": SessionSnapshot.of(row.session).stored(),
            "awaits_answer": row.awaits_answer,
        },
        due_at=due_at,
    )


def write_messages_of_change(messages: Sequence[NewMessage], *, held: set[int]) -> None:
    """Write the messages. Those to registrations in `held` are held until a coordinator releases them."""
    write_messages(messages)
    keys = [message.dedupe_key for message in messages if message.payload["registration"] in held]
    if keys:
        hold(Message.objects.filter(dedupe_key__in=keys))


def messages_of_change(change: SessionChange | None) -> dict[int, Message]:
    """Return the newest message about this change by registration ID, whatever its state."""
    if change is None:
        return {}
    messages = Message.objects.about(f"change:{change.pk}").order_by("pk")
    return {message.payload["registration"]: message for message in messages}


def requeue_dropped(rows: Sequence[Registration]) -> None:
    """Queue the messages about places again that were dropped because the session was cancelled when they were due."""
    places = {row.pk: row for row in rows}
    dropped = Message.objects.filter(
        person_id__in={row.person_id for row in rows},
        kind__in=ABOUT_THE_PLACE,
        state=Message.State.DROPPED,
        reason__in=DROPPED_WHILE_CANCELLED,
        transmitting_at=None,
    )
    again = [
        message.pk
        for message in dropped
        for row in map(places.get, message.payload.get("registrations") or [message.payload.get("registration")])
        if row is not None and message.created_at >= row.registered_at
    ]
    requeue(Message.objects.filter(pk__in=again))
