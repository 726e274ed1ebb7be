"""Coordinators propose to merge two profiles of one person. Only Pallium staff see both profiles, and merge them."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.admin.start_page import what_needs_doing
from registrations.models import AddressCorrection, MergeProposal, Registration
from sessions.models import Series
from tests.admin.pages import address, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.attendance.held_session import register
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def propose_page(row: Registration) -> str:
    return reverse("admin:echo_sessions_series_propose_merge", args=(row.session.series_id, row.person_id))


def decide_page(row: MergeProposal) -> str:
    return address(MergeProposal, "decide", row.pk)


@pytest.fixture
def proposed(own: HubRows, coordinator_client: Client, people: People) -> MergeProposal:
    """Return the proposal that Luc, who has a place, and the hub's registrant are the same person."""
    MergeProposal.objects.all().delete()
    register(people.luc, own[Registration].session)
    form = {"other": people.luc.pk, "reason": "By telephone."}
    answer = coordinator_client.post(propose_page(own[Registration]), form, follow=True)
    assert "Pallium staff decide about it." in says(answer)
    return MergeProposal.objects.get()


def test_coordinator_proposes_people_of_the_series_only(
    own: HubRows, other: HubRows, people: People, coordinator_client: Client, proposed: MergeProposal
) -> None:
    assert {proposed.person, proposed.other} == {own[Person], people.luc}
    assert proposed.names == "OWNHUB-person (ownhub-person@example.org), Luc Bélanger (luc@example.org)"
    client, page = coordinator_client, propose_page(own[Registration])
    form = client.get(page)
    assert ("luc@example.org" in says(form), leaks(form)) == (True, False)
    stranger = signed_in_client(other.coordinator)
    before = checksums()
    for fields, sentence in (
        ({"other": other[Person].pk, "reason": "x"}, "Choose a person of this series."),
        ({"other": own[Person].pk, "reason": "x"}, "Choose a person of this series."),
        ({"other": "", "reason": "x"}, "Choose the other one."),
        ({"other": people.luc.pk, "reason": ""}, "Write how you know it"),
        ({"other": people.luc.pk, "reason": "again"}, "A proposal for these two waits already."),
    ):
        assert sentence in says(client.post(page, fields)), fields
    assert (stranger.get(page).status_code, stranger.post(page, {}).status_code) == (404, 404)
    assert checksums() == before


def test_proposal_is_on_the_page_of_both_people_until_it_is_decided(
    coordinator_client: Client, proposed: MergeProposal
) -> None:
    def pages() -> list[bool]:
        pages = (
            coordinator_client.get(address(Series, "person", proposed.series_id, pk))
            for pk in (proposed.person_id, proposed.other_id)
        )
        return [f"whether these are one person: {proposed.names}." in says(page) for page in pages]

    assert pages() == [True, True]
    MergeProposal.objects.update(state="refused", decided_at=timezone.now())
    assert pages() == [False, False]


def test_staff_compare_the_profiles_and_merge_them(own: HubRows, people: People, proposed: MergeProposal) -> None:
    client = signed_in_client(people.staff)
    Person.objects.filter(pk=people.luc.pk).update(mailbox_used_at=timezone.now())
    assert "1 proposal to merge two profiles waits for a decision." in says(client.get("/admin/"))
    before = checksums()
    page = client.get(decide_page(proposed))
    assert (page.context["kept"], page.context["gone"]) == (people.luc, own[Person])
    assert "1 session is in both: one place stays." in says(page)
    assert "Keep this one instead" in says(page)
    assert checksums() == before, "the preview changes nothing"
    listed = client.get(address(MergeProposal, "change", proposed.pk))
    assert decide_page(proposed) in listed.content.decode()
    other_way = client.get(decide_page(proposed), {"kept": own[Person].pk})
    assert other_way.context["kept"] == own[Person]
    client.post(decide_page(proposed), {"decision": "accept", "kept": people.luc.pk})
    proposed.refresh_from_db()
    gone = Person.objects.get(pk=own[Person].pk)
    assert (proposed.state, proposed.decided_by, gone.merged_into, gone.is_active) == (
        "accepted",
        people.staff,
        people.luc,
        False,
    )
    registrants = client.get(reverse("admin:echo_sessions_series_registrants", args=(own[Series].pk,)))
    assert ("Luc Bélanger" in says(registrants), "merged.invalid" in says(registrants)) == (True, False)
    before = checksums()
    again = client.post(decide_page(proposed), {"decision": "accept", "kept": people.luc.pk}, follow=True)
    assert "This was decided before." in says(again)
    assert checksums() == before


def test_preview_names_the_proposals_that_merging_refuses(
    own: HubRows, people: People, proposed: MergeProposal
) -> None:
    correction = own[AddressCorrection]
    client = signed_in_client(people.staff)
    kept = {"kept": people.luc.pk}
    sentence = f"Refused with it, because it is about the closed profile: {correction} ({own[Series]})."
    assert sentence in says(client.get(decide_page(proposed), kept))
    assert "Refused with it" not in says(client.get(decide_page(proposed), {"kept": own[Person].pk}))
    client.post(decide_page(proposed), kept | {"decision": "accept"})
    correction.refresh_from_db()
    assert (correction.state, correction.decided_by) == ("refused", people.staff)
    events = AuditEvent.objects.filter(about=correction.about, verb="address-refused")
    assert [(event.actor_id, event.scope_id) for event in events] == [(people.staff.pk, own.hub.pk)]


def test_choice_of_the_profile_is_kept_over_the_second_factor_and_must_be_posted(
    people: People, proposed: MergeProposal
) -> None:
    client = signed_in_client(people.staff)
    refused = client.post(decide_page(proposed), {"decision": "accept"}, follow=True)
    assert "Choose which profile stays." in says(refused)
    kept = proposed.other_id
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10)):
        answer = client.post(decide_page(proposed), {"decision": "accept", "kept": kept})
    assert f"kept%3D{kept}" in answer["Location"]
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_refusing_merges_nothing(own: HubRows, people: People, proposed: MergeProposal) -> None:
    signed_in_client(people.staff).post(decide_page(proposed), {"decision": "refuse", "kept": people.luc.pk})
    proposed.refresh_from_db()
    assert (proposed.state, Person.objects.exclude(merged_into=None).count()) == ("refused", 0)


def test_profile_with_a_role_is_not_closed(own: HubRows, people: People) -> None:
    row = own[MergeProposal]
    client = signed_in_client(people.staff)
    page = client.get(decide_page(row), {"kept": own[Person].pk})
    assert "The profile to be closed has a role." in says(page)
    assert "merged" not in page.context
    client.post(decide_page(row), {"decision": "accept", "kept": own[Person].pk})
    row.refresh_from_db()
    assert (row.state, Person.objects.exclude(merged_into=None).count()) == ("proposed", 0)


def test_coordinator_sees_own_proposals_and_decides_about_none(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    listed = coordinator_client.get(address(MergeProposal, "changelist"))
    assert "OWNHUB-twin" in says(listed)
    assert not leaks(listed)
    before = checksums()
    for row in (own[MergeProposal], other[MergeProposal]):
        page = decide_page(row)
        assert coordinator_client.get(page).status_code == 404
        assert coordinator_client.post(page, {"decision": "accept"}).status_code == 404
    assert checksums() == before
    assert [kind for kind in what_needs_doing(own.coordinator, timezone.now()) if "mergepro" in kind.url] == []
    assert own[Series].hub_id == own.hub.pk
