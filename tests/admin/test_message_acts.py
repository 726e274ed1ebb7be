"""Holding, releasing, cancelling and resending messages in the administration."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message, Suppression
from registrations.actions import write_reminders
from registrations.models import Registration
from tests.admin.message_acts import act, settle, state_of
from tests.admin.pages import address, leaks, says
from tests.admin.two_hubs import HubRows
from tests.smtp_server import Sink
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("no_suppression")


def test_action_on_a_message_is_confirmed_first_and_audited(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    steps = [("hold", "held"), ("release", "queued"), ("cancel", "cancelled")]
    for name, state in steps:
        before = checksums()
        page = coordinator_client.get(reverse("admin:outbox_message_act", args=(name,)), {"ids": message.pk})
        assert page.status_code == 200
        assert checksums() == before
        act(coordinator_client, name, message)
        assert state_of(message) == state
    lines = AuditEvent.objects.filter(about=f"message:{message.pk}").order_by("pk")
    assert [line.verb for line in lines] == ["message-held", "message-released", "message-cancelled"]
    assert {(line.actor_id, line.scope_id) for line in lines} == {(own.coordinator.pk, own.hub.pk)}


def test_holding_several_messages_lists_those_that_cannot_be_held(
    coordinator_client: Client, own: HubRows, other: HubRows
) -> None:
    message = own[Message]
    second = Message.objects.create(
        kind="confirmation", dedupe_key="2", address="two@example.org", language="en", scope_id=own.hub.pk,
        about="x", due_at=timezone.now(), state="cancelled",
    )  # fmt: skip
    chosen = {"action": "hold", "_selected_action": [message.pk, second.pk, other[Message].pk]}
    page = coordinator_client.post(address(Message, "changelist"), chosen, follow=True)
    assert "two@example.org: Only a waiting message can be held." in says(page)
    assert not leaks(page)
    act(coordinator_client, "hold", message, second, other[Message])
    assert [state_of(row) for row in (message, second, other[Message])] == ["held", "cancelled", "queued"]


def test_held_message_is_sent_only_after_release(coordinator_client: Client, own: HubRows, sink: Sink) -> None:
    message = own[Message]
    act(coordinator_client, "hold", message)
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert deliver_due() == {}
    act(coordinator_client, "release", message)
    assert deliver_due() == {"sent": 1}


@pytest.mark.parametrize("state", ["claimed", "transmitting", "sent", "in-doubt"])
def test_message_being_sent_cannot_be_held_edited_or_cancelled(
    coordinator_client: Client, own: HubRows, state: str
) -> None:
    message = own[Message]
    settle(message, state, lease_until=timezone.now(), token=message.public_id)
    for name in ("hold", "release", "cancel"):
        act(coordinator_client, name, message)
        assert state_of(message) == state
    coordinator_client.post(reverse("admin:outbox_message_edit", args=(message.pk,)), {"subject": "x", "text": "y"})
    message.refresh_from_db()
    assert message.edited_text == ""


def test_message_action_page_displays_the_due_time_with_its_time_zone(coordinator_client: Client, own: HubRows) -> None:
    Message.objects.filter(pk=own[Message].pk).update(due_at=dt.datetime(2026, 12, 30, 2, 55, tzinfo=dt.UTC))
    page = coordinator_client.get(reverse("admin:outbox_message_act", args=("hold",)), {"ids": own[Message].pk})
    assert "due Dec 29, 2026, 9:55 pm ET" in says(page)


def test_pressing_send_again_twice_creates_one_new_message(
    coordinator_client: Client, own: HubRows, sink: Sink
) -> None:
    message = own[Message]
    settle(message, "sent", edited_subject="In other words")
    page = coordinator_client.get(reverse("admin:outbox_message_act", args=("resend",)), {"ids": message.pk})
    assert f'name="number-{message.pk}" value="1"' in page.content.decode()
    for _press in range(2):
        act(coordinator_client, "resend", message, **{f"number-{message.pk}": 1})
    again = Message.objects.exclude(pk=message.pk).get(scope_id=own.hub.pk)
    assert (again.dedupe_key, again.edited_subject) == (f"resend:{message.pk}:1", "In other words")
    assert AuditEvent.objects.filter(verb="message-resent").count() == 1
    assert deliver_due() == {"sent": 1}
    act(coordinator_client, "resend", message, **{f"number-{message.pk}": 2})
    assert Message.objects.filter(dedupe_key=f"resend:{message.pk}:2").exists()


def test_message_that_is_unsent_outdated_or_suppressed_is_not_resent(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    assert "has not ended" in says(act(coordinator_client, "resend", message))
    settle(message, "sent", expires_at=timezone.now())
    assert "Its moment has passed" in says(act(coordinator_client, "resend", message))
    settle(message, "sent", expires_at=None)
    suppression = Suppression.objects.create(address_key=message.address, reason="complaint")
    assert "Lift the address first" in says(act(coordinator_client, "resend", message))
    suppression.delete()
    Registration.objects.update(state="cancelled", cancelled_at=timezone.now())
    assert "no longer true" in says(act(coordinator_client, "resend", message))
    assert Message.objects.filter(scope_id=own.hub.pk).count() == 1
    assert "there is no email to show" in says(coordinator_client.get(address(Message, "change", message.pk)))


def test_opening_the_resend_page_of_a_reminder_changes_nothing(coordinator_client: Client, own: HubRows) -> None:
    write_reminders([own[Registration]])
    reminder = Message.objects.get(kind="reminder-day")
    settle(reminder, "sent")
    copy = Message.objects.get(pk=reminder.pk)
    copy.pk, copy.public_id, copy.dedupe_key = None, uuid.uuid4(), "twin"
    copy.state, copy.sent_at = "queued", None
    copy.save(force_insert=True)
    before = checksums()
    coordinator_client.get(reverse("admin:outbox_message_act", args=("resend",)), {"ids": reminder.pk})
    coordinator_client.get(address(Message, "change", reminder.pk))
    assert checksums() == before
