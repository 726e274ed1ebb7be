"""Migrations of messages keep what is stored on their rows."""

from __future__ import annotations

import importlib

import pytest
from django.utils import timezone

from echo_portal.outbox.models import Message
from tests.migrations import migrate_to

pytestmark = pytest.mark.django_db
SENTENCES = importlib.import_module("echo_portal.outbox.migrations.0007_reason_codes").CODES


def test_reasons_of_stored_messages_become_codes_and_their_why_bilingual() -> None:
    old = migrate_to("outbox", "0005_message_for_a_look").get_model("outbox", "Message")
    reasons = {**SENTENCES, "SMTP 451: try later": "SMTP 451: try later", "": ""}
    for number, reason in enumerate(reasons):
        old.objects.create(
            dedupe_key=f"m:{number}",
            kind="confirmation",
            address=f"n{number}@example.org",
            language="fr",
            about="test:1",
            why="You registered on the portal.",
            reason=reason,
            due_at=timezone.now(),
        )
    migrate_to("outbox", "0009_suppression_scope")
    rows = Message.objects.order_by("pk").values_list("reason", "why_en", "why_fr")
    why = "You registered on the portal."
    assert list(rows) == [(code, why, why) for code in reasons.values()]
