"""Who is notified of how a session stands now, and what that email answers to (docs/adr/0009)."""

import datetime as dt
from collections.abc import Sequence

from echo_portal.outbox.actions import NewMessage, hold, requeue, withdraw, write_messages
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import Reason
from registrations.actions.messages import message_to
from registrations.drop_reasons import DropReason
from registrations.message_kinds import (
    ANNOUNCEMENT,
    CANCELLED,
    CONFIRMATION,
    INVITATION,
    PLACE,
    REMINDERS,
    RESCHEDULED,
)
from registrations.models import Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from registrations.why_sent import registered_for
from sessions.models import Session

ABOUT_THE_PLACE = (CONFIRMATION, PLACE, INVITATION)
DROPPED_WHILE_CANCELLED = (DropReason.EVERY_PLACE_LEFT, DropReason.PLACE_LEFT_OR_CANCELLED, Reason.NOT_TRUE)


def registrants(session: Session) -> list[Registration]:
    """Return everybody with a place or on the waiting list, each with this very session object."""
    rows = list(Registration.objects.of_session(session))
    for row in rows:
        row.session = session
    return rows


def withdraw_pending(session: Session, rows: Sequence[Registration], *, reason: DropReason) -> set[int]:
    """Keep every email that names the session's time from leaving until the end of the transaction.

    Pending emails about its changes, and reminders, are withdrawn; other emails wait for the lock and are then
    rendered with the new time. Return the registrations whose email about a change was held by hand: their next one is
    held, too.
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
    """Return the email that tells a registrant how the session stands, after they were told `was`.

    `change` is what the email is about for its reader, with the coordinator's note; recalling `about` withdraws it.
    """
    kind = CANCELLED if row.session.is_cancelled else RESCHEDULED
    return message_to(
        row.person,
        kind=kind,
        key=f"{row.pk}:{row.sequence}",
        series=row.session.series,
        about=f"change:{about.pk}",
        why=registered_for(row.session),
        payload={
            "registration": row.pk,
            "revision": row.revision,
            "change": change.pk,
            "was": was.stored(),
            "says": SessionSnapshot.of(row.session).stored(),
        },
        due_at=due_at,
    )


def write_messages_of_change(messages: Sequence[NewMessage], *, held: set[int]) -> None:
    """Write the messages; those of the registrations in `held` wait until a coordinator releases them."""
    write_messages(messages)
    keys = [message.dedupe_key for message in messages if message.payload["registration"] in held]
    if keys:
        hold(Message.objects.filter(dedupe_key__in=keys))


def messages_of_change(change: SessionChange | None) -> dict[int, Message]:
    """Return the newest message about this change by registration, in whatever state."""
    if change is None:
        return {}
    messages = Message.objects.about(f"change:{change.pk}").order_by("pk")
    return {message.payload["registration"]: message for message in messages}


def requeue_dropped(rows: Sequence[Registration]) -> None:
    """Queue again the messages about places that came due, and were dropped, while their session was cancelled."""
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
