"""Actions of staff on messages and suppressed addresses. Each calls the outbox and writes an audit event."""

from typing import Any

from django.db import transaction

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox import actions as outbox
from echo_portal.outbox import suppressions
from echo_portal.outbox.models import Message, Suppression


@transaction.atomic
def edit_message(*, message: Message, subject: str, text: str, by: Person) -> None:
    """Save an edited subject and text of a message. Raises Refusal if it is being sent or has ended.

    The audit event contains the names of the changed fields, not the texts.
    """
    fields = [
        name
        for name, before, after in (
            ("subject", message.edited_subject, subject),
            ("text", message.edited_text, text),
        )
        if before != after
    ]
    outbox.edit_message(message=message, subject=subject, text=text)
    _record("message-edited", message, by, {"fields": fields})


@transaction.atomic
def hold_message(*, message: Message, by: Person) -> None:
    outbox.hold_message(message=message)
    _record("message-held", message, by)


@transaction.atomic
def release_message(*, message: Message, by: Person) -> None:
    outbox.release_message(message=message)
    _record("message-released", message, by)


@transaction.atomic
def cancel_message(*, message: Message, by: Person) -> None:
    outbox.cancel_message(message=message)
    _record("message-cancelled", message, by)


@transaction.atomic
def resend_message(*, message: Message, number: int, by: Person) -> Message:
    """Write a copy of the message, due now, and return it.

    A second call with the same `number` writes neither a message nor an audit event.
    """
    is_new = number == outbox.next_resend(message)
    again = outbox.resend_message(message=message, number=number)
    if is_new:
        _record("message-resent", message, by, {"message": again.pk})
    return again


@transaction.atomic
def lift_suppression(*, suppression: Suppression, by: Person) -> None:
    """Lift the suppression, so that email is sent to the address again. A second call changes nothing."""
    locked = Suppression.objects.select_for_update().get(pk=suppression.pk)
    if locked.lifted_at is not None:
        return
    suppressions.lift(suppression=locked, by_id=by.pk)
    record("suppression-lifted", about=f"suppression:{locked.pk}", by=by, scope_id=locked.scope_id)


def _record(verb: str, message: Message, by: Person, details: dict[str, Any] | None = None) -> None:
    record(verb, about=f"message:{message.pk}", by=by, scope_id=message.scope_id, details=details)
