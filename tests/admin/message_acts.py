"""Helpers for posting actions on messages in the administration, and for reading or setting a message's state."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from echo_portal.outbox.models import Message


def act(client: Client, name: str, *messages: Message, **fields: Any) -> Any:
    here = reverse("admin:outbox_message_act", args=(name,))
    return client.post(here, {"ids": ",".join(str(row.pk) for row in messages), **fields}, follow=True)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def settle(message: Message, state: str, **fields: Any) -> None:
    sent_at = timezone.now() if state == "sent" else None
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=sent_at, **fields)
