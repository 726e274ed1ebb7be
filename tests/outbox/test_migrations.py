"""Migrations of messages keep what is stored in their rows."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from echo_portal.outbox.models import MailEvent, Message
from tests.admin.pages import address
from tests.admin.two_hubs import OWN, fill, signed_in_client
from tests.builders import Programme
from tests.migrations import migrate_to
from tests.people import People

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


@pytest.mark.parametrize("year", [1, 1999, 9998])
def test_impossible_times_of_stored_reports_become_the_time_of_receipt(
    programme: Programme, people: People, year: int
) -> None:
    own = fill(programme, people, programme.bc, OWN)
    old = migrate_to("outbox", "0011_sentences_of_unique_values").get_model("outbox", "MailEvent")
    received, possible = dt.datetime(2026, 5, 4, 3, 2, 1, tzinfo=dt.UTC), dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    for moment in (dt.datetime(year, 1, 1, tzinfo=dt.UTC), possible):
        old.objects.create(
            report_id=str(moment),
            message_public_id=own[Message].public_id,
            event="delivered",
            happened_at=moment,
            received_at=received,
        )
    migrate_to("outbox", "0012_plausible_mail_events")
    assert sorted(MailEvent.objects.values_list("happened_at", flat=True)) == [possible, received]
    client: Client = signed_in_client(own.coordinator)
    assert client.get(address(Message, "change", own[Message].pk)).status_code == 200
    with pytest.raises(IntegrityError, match="mail_event_moment_plausible"):
        MailEvent.objects.update(happened_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC))
