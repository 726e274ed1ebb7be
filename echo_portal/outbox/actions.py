"""Writing a message down, in the caller's transaction."""

import datetime as dt
from typing import Any

from django.utils import timezone

from echo_portal.lib.inserts import insert_unless_there
from echo_portal.lib.sealed import seal, unseal
from echo_portal.outbox.models import Message

SECRET_PURPOSE = "outbox.message"  # noqa: S105 (a name, not a secret)


def write_message(
    *,
    kind: str,
    dedupe_key: str,
    address: str,
    language: str,
    about: str,
    why: str,
    person_id: int | None = None,
    scope_id: int | None = None,
    payload: dict[str, Any] | None = None,
    secret: str = "",
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
) -> None:
    """Writes the row unless one with this key exists.

    A second scheduler, a second click or a second worker is harmless by the unique `dedupe_key`.
    """
    insert_unless_there(
        Message(
            kind=kind,
            dedupe_key=dedupe_key,
            address=address,
            language=language,
            about=about,
            why=why,
            person_id=person_id,
            scope_id=scope_id,
            payload=payload or {},
            secret=seal(secret, purpose=SECRET_PURPOSE) if secret else "",
            due_at=due_at or timezone.now(),
            expires_at=expires_at,
        )
    )


def read_secret(message: Message) -> str:
    """The code or token a sign-in message carries; empty once it was sent or has expired."""
    return (unseal(message.secret, purpose=SECRET_PURPOSE) or "") if message.secret else ""


def cancel_messages(*, about: str, kinds: list[str]) -> int:
    """Takes back what was not sent yet, at once; returns how many rows."""
    return Message.objects.filter(
        about=about,
        kind__in=kinds,
        state__in=[Message.State.QUEUED, Message.State.DEFERRED, Message.State.HELD, Message.State.CLAIMED],
    ).update(state=Message.State.CANCELLED, secret="", token=None, lease_until=None)
