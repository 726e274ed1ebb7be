"""Coordinators propose to correct an address and learn nothing about it. Only Pallium staff decide."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from echo_portal.admin.start_page import what_needs_doing
from registrations.models import AddressCorrection, Registration
from tests.admin.pages import address, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def propose_page(row: Registration) -> str:
    return reverse("admin:echo_sessions_series_propose_address", args=(row.session.series_id, row.person_id))


def decide_page(row: AddressCorrection) -> str:
    return address(AddressCorrection, "decide", row.pk)


@pytest.fixture
def none_yet(own: HubRows) -> None:
    AddressCorrection.objects.all().delete()


@pytest.mark.usefixtures("none_yet")
def test_address_of_another_hubs_person_is_proposed_like_a_new_one(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    form = {"new_address": other[Person].email, "reason": "By telephone."}
    answer = coordinator_client.post(propose_page(own[Registration]), form, follow=True)
    assert "Pallium staff decide about it." in says(answer)
    row = AddressCorrection.objects.get(person=own[Person])
    assert (row.new_address, row.proposed_by) == (other[Person].email, own.coordinator)
    assert "Another address was proposed to Pallium staff." in says(answer), "in the history of the person"


@pytest.mark.usefixtures("none_yet")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"new_address": "nobody"}, "Write an email address like name@example.ca."),
        ({"new_address": "a@gmial.com"}, "Did you mean a@gmail.com?"),
        ({"reason": ""}, "Write how you know it"),
        ({"new_address": "OWNHUB-person@example.org"}, "This is the address that the person has."),
    ],
)
def test_mistakes_in_a_proposal_are_said(
    own: HubRows, coordinator_client: Client, fields: dict[str, str], sentence: str
) -> None:
    before = checksums()
    form = {"new_address": "right@example.org", "reason": "By telephone."} | fields
    assert sentence in says(coordinator_client.post(propose_page(own[Registration]), form))
    assert checksums() == before


def test_page_says_which_addresses_are_told(own: HubRows, coordinator_client: Client) -> None:
    page = says(coordinator_client.get(propose_page(own[Registration])))
    assert "the new address is told; the old one, too, if its owner had confirmed it." in page
    assert "both addresses" not in page


def test_message_about_the_decision_keeps_the_case_of_the_addresses(own: HubRows, people: People) -> None:
    AddressCorrection.objects.update(old_address="luc.t@hopital.example", new_address="luc.tr@hopital.example")
    client = signed_in_client(people.staff)
    page = client.post(decide_page(own[AddressCorrection]), {"decision": "refuse"}, follow=True)
    assert "luc.t@hopital.example → luc.tr@hopital.example: Refused" in says(page)
    assert "Luc.t@" not in says(page)


def test_staff_see_the_proposal_on_the_start_page_and_accept_it(own: HubRows, people: People) -> None:
    row = own[AddressCorrection]
    client = signed_in_client(people.staff)
    assert "1 proposed address waits for a decision." in says(client.get("/admin/"))
    page = client.get(decide_page(row))
    assert page.context["told"] == [row.new_address, row.old_address]
    assert [language for language, _email in page.context["samples"]] == ["en", "fr"]
    sample = client.get(address(AddressCorrection, "sample", row.pk, page.context["sample_key"], "fr"))
    assert "Nous écrivons désormais à cette adresse" in sample.content.decode()
    client.post(decide_page(row), {"decision": "accept"})
    row.refresh_from_db()
    assert (row.state, row.decided_by, Person.objects.get(pk=row.person_id).email) == (
        "accepted",
        people.staff,
        row.new_address,
    )
    assert "proposed address waits for a decision" not in says(client.get("/admin/"))


@pytest.mark.usefixtures("none_yet")
def test_waiting_correction_is_on_the_page_of_the_person(own: HubRows, coordinator_client: Client) -> None:
    form = {"new_address": "right@example.org", "reason": "By telephone."}
    page = coordinator_client.post(propose_page(own[Registration]), form, follow=True)
    assert "The hub proposed another address: right@example.org." in says(page)
    AddressCorrection.objects.update(state="refused", decided_at=timezone.now())
    page = coordinator_client.get(page.redirect_chain[-1][0])
    assert "The hub proposed another address" not in says(page)


def test_list_has_a_button_to_decide_for_staff_only(own: HubRows, people: People, coordinator_client: Client) -> None:
    row, staff = own[AddressCorrection], signed_in_client(people.staff)
    for page in (address(AddressCorrection, "changelist"), address(AddressCorrection, "change", row.pk)):
        assert f'href="{decide_page(row)}"' in staff.get(page).content.decode()
        assert decide_page(row) not in coordinator_client.get(page).content.decode()
    AddressCorrection.objects.update(state="refused", decided_at=timezone.now())
    listed = staff.get(address(AddressCorrection, "changelist"))
    assert decide_page(row) not in listed.content.decode()


def test_staff_are_told_that_another_person_has_the_address(own: HubRows, people: People) -> None:
    row = own[AddressCorrection]
    AddressCorrection.objects.filter(pk=row.pk).update(new_address=people.luc.email)
    page = signed_in_client(people.staff).get(decide_page(row))
    assert "Another person has this address. The two have to be merged." in says(page)
    assert "samples" not in page.context


def test_coordinator_sees_own_proposals_and_decides_about_none(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    listed = coordinator_client.get(address(AddressCorrection, "changelist"))
    assert own[AddressCorrection].new_address in says(listed)
    assert not leaks(listed)
    before = checksums()
    for row in (own[AddressCorrection], other[AddressCorrection]):
        page = decide_page(row)
        assert coordinator_client.get(page).status_code == 404
        assert coordinator_client.post(page, {"decision": "accept"}).status_code == 404
    assert coordinator_client.post(propose_page(other[Registration]), {}).status_code == 404
    assert checksums() == before
    assert [group.url for group in what_needs_doing(own.coordinator, timezone.now()) if "addresscor" in group.url] == []
