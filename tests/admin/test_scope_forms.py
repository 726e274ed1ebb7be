"""A coordinator's forms and actions cannot create or change rows of another hub."""

from typing import Any

import pytest
from django.db.models import Model

from accounts.models import AuditEvent, Person
from credits.models import Accreditation
from hubs.models import Hub, Membership, Organisation, Programme
from registrations.models import Registration
from sessions.models import EnrollmentKey, Material, Series, Session
from tests.admin.pages import NEW_SERIES, NEW_SESSION, address, leaks, posted_fields
from tests.admin.registered import refused
from tests.admin.two_hubs import HubRows, signed_in_client


def test_row_cannot_be_added_to_another_hub(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    forged: list[tuple[type[Model], dict[str, Any]]] = [
        (Series, {**NEW_SERIES, "hub": other.hub.pk}),
        (Session, {**NEW_SESSION, "series": other[Series].pk}),
        (EnrollmentKey, {"series": other[Series].pk, "text": "NEWKEY"}),
    ]
    for model, data in forged:
        assert refused(client, address(model, "add"), data).status_code == 200
    allowed = client.post(address(Series, "add"), {**NEW_SERIES, "hub": own.hub.pk})
    assert allowed.status_code == 302
    assert Series.objects.get(slug="new").hub == own.hub


@pytest.mark.parametrize(
    "model", [Registration, Accreditation, Membership, Organisation, Hub, Person, AuditEvent, Programme]
)
def test_add_page_for_staff_is_refused_to_coordinators(own: HubRows, other: HubRows, model: type[Model]) -> None:
    client = signed_in_client(own.coordinator)
    data = {"hub": own.hub.pk, "person": own.coordinator.pk, "role": "evaluator", "series": own[Series].pk, "slug": "x"}
    assert refused(client, address(model, "add"), data).status_code == 403


def test_own_row_cannot_be_moved_to_another_hub(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    series, session, key = own[Series], own[Session], own[EnrollmentKey]
    for row, forged in (
        (series, {"hub": other.hub.pk}),
        (session, {"series": other[Series].pk}),
        (key, {"series": other[Series].pk}),
    ):
        here = address(type(row), "change", row.pk)
        answer = client.post(here, {**posted_fields(client, here), **forged})
        assert answer.status_code == 302, getattr(answer, "context_data", {}).get("errors")
    series.refresh_from_db()
    session.refresh_from_db()
    key.refresh_from_db()
    assert (series.hub, session.series, key.series) == (own.hub, series, series)


def test_own_row_cannot_refer_to_a_row_of_another_hub(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    here = address(Series, "change", own[Series].pk)
    data = posted_fields(client, here)
    assert refused(client, here, {**data, "recommended_first": [other[Series].pk]}).status_code == 200
    answer = client.post(here, {**data, "partner_hubs": [other.hub.pk]})
    assert answer.status_code == 302
    assert not own[Series].partner_hubs.exists()


def test_material_of_another_hub_cannot_be_changed_through_an_own_session(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    here = address(Session, "change", own[Session].pk)
    mine, theirs = own[Material], other[Material]
    data = posted_fields(client, here)
    data |= {"materials-0-id": theirs.pk, "materials-0-session": other[Session].pk, "materials-0-title": "Taken"}
    refused(client, here, data)
    assert (Material.objects.get(pk=theirs.pk).title, Material.objects.get(pk=mine.pk).session_id) == (
        theirs.title,
        own[Session].pk,
    )


def test_list_actions_change_own_rows_only(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    for extra in ({}, {"select_across": 1}, {"confirmed": "yes"}):
        data = {"action": "give_back", "_selected_action": [other[Registration].pk], **extra}
        answer = client.post(address(Registration, "changelist"), data)
        assert not leaks(answer)
    other[Registration].refresh_from_db()
    assert other[Registration].state == Registration.State.REGISTERED
    for model in (Series, Session, EnrollmentKey):
        data = {"action": "delete_selected", "_selected_action": [other[model].pk], "post": "yes"}
        refused(client, address(model, "changelist"), data)
