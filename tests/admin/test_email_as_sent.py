"""A message keeps its subject and text as they were sent, without personal links, for people who may read them."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import request_sign_in_code
from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.as_sent import as_sent
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from hubs.models import Hub
from registrations.actions import write_reminders
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import address, leaks, says, text_of
from tests.admin.two_hubs import CANARY, HubRows, signed_in_client
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.usefixtures("no_suppression")
HEADING = "The email as it was sent"


def sent(message: Message) -> Message:
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - dt.timedelta(hours=1))
    assert deliver_due(at_most=1) == {"sent": 1}
    message.refresh_from_db()
    return message


def test_message_page_displays_the_email_as_it_was_sent(coordinator_client: Client, own: HubRows, sink: Sink) -> None:
    here = address(Message, "change", own[Message].pk)
    assert HEADING not in says(coordinator_client.get(here))
    sent(own[Message])
    (email,) = sink.emails
    Series.objects.filter(pk=own[Series].pk).update(title_en="Renamed since")
    page = says(coordinator_client.get(here))
    before, after = page.split(f"{HEADING}</h2>")[1].split("As it would be written now.")
    assert f">{email['subject']}</strong>" in before
    assert "OWNHUB-series" in before
    assert "Renamed since" not in before
    assert "Renamed since" in after


def test_each_region_of_a_message_has_its_own_name(coordinator_client: Client, own: HubRows, sink: Sink) -> None:
    sent(own[Message])
    page = coordinator_client.get(address(Message, "change", own[Message].pk)).content.decode()
    names = re.findall(r"<(?:section|pre)\b[^>]*?(aria-label(?:ledby)?=\"[^\"]+\")", page)
    assert len(names) >= 6
    assert len(set(names)) == len(names), names


def test_stored_copy_of_an_email_contains_no_personal_links(
    coordinator_client: Client, own: HubRows, people: People, sink: Sink
) -> None:
    secrets = {token_for(own[Person], MANAGE), join_token(own[Registration])}
    message = sent(own[Message])
    (email,) = sink.emails
    text = email.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert {secret for secret in secrets if secret in text}
    kept = as_sent(message, scope_ids=None)
    assert kept is not None
    assert "personal-link-" in kept.text
    for client in (coordinator_client, signed_in_client(people.staff)):
        page = text_of(client.get(address(Message, "change", message.pk)))
        assert [secret for secret in secrets if secret in page] == []


def test_hub_reads_the_address_instead_of_the_name_of_the_profile(own: HubRows, sink: Sink) -> None:
    Person.objects.filter(pk=own[Person].pk).update(name="Al", mailbox_proved_at=timezone.now())
    message = sent(own[Message])
    for_staff, for_hub = as_sent(message, scope_ids=None), as_sent(message, scope_ids=[own.hub.pk])
    assert for_staff is not None
    assert for_hub is not None
    assert "For Al" in for_staff.text
    assert "For ownhub-person@example.org" in for_hub.text
    assert for_staff.text.replace("For Al", "For ownhub-person@example.org") == for_hub.text


def test_email_with_sessions_of_another_hub_is_read_by_staff_only(
    coordinator_client: Client, own: HubRows, other: HubRows, people: People, sink: Sink
) -> None:
    sent(own[Message])  # the reminder waits for it
    now = timezone.now()
    theirs = Registration.objects.create(
        person=own[Person], session=other[Session], state="registered", registered_at=now, changed_at=now
    )
    for row in (own[Registration], theirs):
        row.refresh_from_db()
        write_reminders([row])
    Message.objects.filter(kind="reminder-day").update(due_at=now)
    message = sent(Message.objects.get(kind="reminder-day", scope_id=own.hub.pk))
    whole = as_sent(message, scope_ids=None)
    assert whole is not None
    assert CANARY in whole.text
    for hub in (own.hub, other.hub):
        assert as_sent(message, scope_ids=[hub.pk]) is None
    here = address(Message, "change", message.pk)
    page = coordinator_client.get(here)
    assert not leaks(page)
    assert HEADING not in says(page)
    assert HEADING in says(signed_in_client(people.staff).get(here))


def test_no_copy_of_a_sign_in_code_email_is_stored(people: People, own: HubRows, sink: Sink) -> None:
    request_sign_in_code(email="luc@example.org", language="en")
    message = sent(Message.objects.get(kind="sign-in-code"))
    assert message.sent_content is None


def test_coordinator_of_another_hub_and_stranger_cannot_open_the_page(
    own: HubRows, other: HubRows, people: People, sink: Sink
) -> None:
    message = sent(own[Message])
    here = address(Message, "change", message.pk)
    assert Hub.objects.count() > 1
    assert signed_in_client(other.coordinator).get(here).status_code == 302
    assert signed_in_client(people.stranger).get(here).status_code == 302
