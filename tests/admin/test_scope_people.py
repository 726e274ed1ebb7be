"""Access to the administration for partner hubs, staff without a hub, strangers, Pallium staff and other roles."""

import pytest
from django.db.models import Model

from accounts.models import AuditEvent, Person
from credits.models import Accreditation
from hubs.models import Membership
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address, leaks, text_of
from tests.admin.registered import OF_HUBS, by_model, refused
from tests.admin.two_hubs import OWN, HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums


def test_joint_series_is_read_only_and_without_people_for_a_partner_hub(own: HubRows, other: HubRows) -> None:
    other[Series].partner_hubs.add(own.hub)
    client = signed_in_client(own.coordinator)
    for model in (Series, Session):
        page = client.get(address(model, "change", other[model].pk))
        assert page.status_code == 200
        assert not page.context["has_change_permission"]
        before = checksums()
        assert client.post(address(model, "change", other[model].pk), {"title_en": "Ours now"}).status_code == 403
        assert client.post(address(model, "delete", other[model].pk), {"post": "yes"}).status_code == 403
        assert checksums() == before
    for kept in (Registration, EnrollmentKey, Accreditation):
        assert not leaks(client.get(address(kept, "changelist")))
        assert client.get(address(kept, "change", other.rows[kept].pk)).status_code == 302
    assert (
        refused(client, address(EnrollmentKey, "add"), {"series": other[Series].pk, "text": "ZZZ"}).status_code == 200
    )


def test_joining_address_of_a_joint_series_is_hidden_from_partner_hubs(
    own: HubRows, other: HubRows, caplog: pytest.LogCaptureFixture
) -> None:
    Session.objects.filter(pk=other[Session].pk).update(join_telephone="1 800 555 0199")
    other[Series].partner_hubs.add(own.hub)
    page = address(Session, "change", other[Session].pk)
    secrets = ("https://example.org/xhubcanary", "1 800 555 0199")
    partner, owner = signed_in_client(own.coordinator), signed_in_client(other.coordinator)
    assert [[secret in text_of(client.get(page)) for secret in secrets] for client in (partner, owner)] == [
        [False, False],
        [True, True],
    ]
    for guess in ("join_url__startswith", "join_telephone__contains", "join_url"):
        found = partner.get(address(Session, "changelist"), {guess: "https://example.org/x"})
        assert (found.status_code, leaks(found)) == (400, False), guess
    caplog.clear()  # Django logs each refused filter


def test_start_page_is_empty_for_staff_without_a_hub(own: HubRows, people: People) -> None:
    client = signed_in_client(people.make("nobody@example.org", "No Hub", is_staff=True))
    start = client.get("/admin/")
    assert start.status_code == 200
    assert start.context["app_list"] == []


def test_administration_is_closed_after_the_membership_or_account_ends(own: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    own[Membership].delete()
    assert client.get(address(Series, "changelist")).status_code == 403
    Person.objects.filter(pk=own.coordinator.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@by_model
def test_rows_of_every_hub_are_open_to_pallium_staff(
    own: HubRows, other: HubRows, people: People, model: type[Model]
) -> None:
    client = signed_in_client(people.staff)
    page = client.get(address(model, "changelist"))
    assert page.status_code == 200
    if model in OF_HUBS | {Person, AuditEvent}:
        assert OWN.casefold() in text_of(page).casefold()
        assert leaks(page)
    if model in own.rows:
        assert client.get(address(model, "change", other[model].pk)).status_code == 200
        assert client.get(address(model, "history", other[model].pk)).status_code == 200


def test_administration_is_closed_to_evaluators_and_facilitators(own: HubRows, people: People) -> None:
    for role in (Membership.Role.EVALUATOR, Membership.Role.FACILITATOR):
        person = people.make(f"{role}@example.org", "Somebody", is_staff=True)
        Membership.objects.create(person=person, hub=own.hub, role=role)
        assert signed_in_client(person).get(address(Series, "changelist")).status_code == 403
