"""Suppressed addresses in the administration, and the people who may see and lift suppressions."""

from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.outbox.models import MailEvent, Message, Suppression
from echo_portal.outbox.suppressions import Report, record_report
from sessions.models import Session
from tests.admin.pages import address, leaks, says
from tests.admin.session_changes import page, preview
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import enroll
from tests.people import People


def lift(client: Client, *rows: Suppression) -> str:
    chosen = {"action": "lift", "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    return says(client.post(address(Suppression, "changelist"), chosen, follow=True))


def test_only_pallium_staff_can_lift_a_suppression(own: HubRows, people: People) -> None:
    row = own[Suppression]
    lift(signed_in_client(own.coordinator), row)
    row.refresh_from_db()
    assert row.lifted_at is None
    assert "1 address is tried again." in lift(signed_in_client(people.staff), row)
    row.refresh_from_db()
    assert row.lifted_by_id == people.staff.pk
    event = AuditEvent.objects.get(verb="suppression-lifted")
    assert (event.about, event.actor_id, event.scope_id) == (f"suppression:{row.pk}", people.staff.pk, own.hub.pk)


def test_suppression_is_visible_to_the_hub_of_the_message_only(own: HubRows, other: HubRows) -> None:
    """Another hub that also sends emails to the address cannot see the server's answer to this hub's message."""
    Message.objects.filter(pk=own[Message].pk).update(address=other[Person].email)
    client = signed_in_client(own.coordinator)
    assert client.get(address(Suppression, "change", own[Suppression].pk)).status_code == 200
    assert client.get(address(Suppression, "change", other[Suppression].pk)).status_code == 302
    listed = client.get(address(Suppression, "changelist"))
    assert "ownhub-person@example.org" in says(listed)
    assert not leaks(listed)


def test_suppression_belongs_to_the_hub_of_the_message_that_bounced(own: HubRows) -> None:
    Suppression.objects.all().delete()
    bounced = Report("r1", MailEvent.Event.HARD_BOUNCE, timezone.now(), own[Message].public_id, detail="550")
    assert record_report(bounced)
    assert Suppression.objects.get().scope_id == own.hub.pk


def test_preview_names_a_suppressed_person_to_the_hub_of_the_suppression_only(
    own: HubRows, other: HubRows, people: People
) -> None:
    """The other hub sees only how many emails will not be sent, without the reason."""
    Suppression.objects.all().delete()
    Suppression.objects.create(address_key=people.luc.email_key, scope_id=own.hub.pk, reason="complaint")
    for hub in (own, other):
        enroll(people.luc, hub[Session].series, hub[Session])
    came_back, left_out = "came back or are unwanted", "1 of these emails will not be sent."
    seen, written = [], []
    words = {"subject_en": "A", "subject_fr": "A", "text_en": "A", "text_fr": "A", "whom": "all", "step": "preview"}
    ours, theirs, staff = (signed_in_client(one) for one in (own.coordinator, other.coordinator, people.staff))
    for client, hub in ((ours, own), (theirs, other), (staff, other)):
        text = says(preview(client, hub[Session]))
        seen.append((came_back in text, left_out in text))
        text = says(client.post(page(hub[Session], "write"), words))
        written.append((came_back in text, left_out in text))
    assert seen == written == [(True, False), (False, True), (True, False)]
    assert preview(theirs, own[Session]).status_code == 404
