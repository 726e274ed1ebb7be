"""Writing a message down, in the caller's transaction."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now

from echo_portal.lib.sealed import seal, unseal
from echo_portal.outbox.models import Message

SECRET_PURPOSE = "outbox.message"  # noqa: S105 (a name, not a secret)


@dataclasses.dataclass(frozen=True)
class NewMessage:
    """A message as its room knows it. `secret` is encrypted on the row and erased when the row is settled.

    Without `due_at` it is due now and overtakes what was planned: somebody waits for it.
    """

    kind: str
    dedupe_key: str
    address: str
    language: str
    about: str
    why: str
    person_id: int | None = None
    scope_id: int | None = None
    payload: dict[str, Any] = dataclasses.field(default_factory=dict)
    secret: str = ""
    due_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


def write_messages(messages: Iterable[NewMessage]) -> None:
    """Writes each row unless one with its key exists; one statement, in the caller's transaction.

    A second scheduler, a second click or a second worker is harmless by the unique `dedupe_key`.
    """
    Message.objects.bulk_create(
        [
            Message(
                **(
                    {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}
                    | {
                        "why": new.why[:300],
                        "secret": seal(new.secret, purpose=SECRET_PURPOSE) if new.secret else "",
                        "due_at": new.due_at or Now(),  # the database's clock, as everywhere in this room
                        "is_urgent": new.due_at is None,
                    }
                )
            )
            for new in messages
        ],
        ignore_conflicts=True,
    )


def write_message(**fields: Any) -> None:
    """One message; its fields are those of NewMessage."""
    write_messages([NewMessage(**fields)])


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
