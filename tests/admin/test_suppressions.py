"""Suppressed addresses in the administration: who sees and lifts them."""

from accounts.models import AuditEvent, Person
from echo_portal.outbox.models import Message, Suppression
from tests.admin.pages import address, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client


def test_suppression_is_lifted_by_hubs_that_wrote_to_the_address(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    mine, theirs = own[Suppression], other[Suppression]
    chosen = {"action": "lift", "_selected_action": [mine.pk, theirs.pk]}
    page = client.post(address(Suppression, "changelist"), chosen)
    assert "ownhub-person@example.org" in says(page)
    assert not leaks(page)
    client.post(address(Suppression, "changelist"), {**chosen, "confirmed": "yes"})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.lifted_by_id, theirs.lifted_at) == (own.coordinator.pk, None)
    assert AuditEvent.objects.get(verb="suppression-lifted").about == f"suppression:{mine.pk}"


def test_suppression_is_visible_to_every_hub_that_writes_there(own: HubRows, other: HubRows) -> None:
    Message.objects.filter(pk=own[Message].pk).update(address=other[Person].email.upper())
    page = signed_in_client(own.coordinator).get(address(Suppression, "change", other[Suppression].pk))
    assert page.status_code == 200
