"""The page of a list of people that was replaced in another tab leads on to the newest upload."""

import pytest
from django.test import Client
from django.urls import reverse

from registrations import actions
from registrations.models import RegistrantList
from sessions.models import Series
from tests.admin.pages import says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]


def upload(own: HubRows, name: str) -> RegistrantList:
    series = own[Series]
    return actions.upload_list(
        series=series, file_name=name, data=b"Name,Email\nBo,bo@example.org\n", language="en",
        session_ids=list(series.sessions.values_list("pk", flat=True)), whole_series=False, note_en="You asked.",
        note_fr="", by=own.coordinator,
    )  # fmt: skip


def page_of(own: HubRows, upload: int) -> str:
    return reverse("admin:echo_sessions_series_check_list", args=(own[Series].pk, upload))


def test_page_of_a_replaced_list_leads_to_the_newest_upload(own: HubRows, coordinator_client: Client) -> None:
    first, newest = upload(own, "first.csv").pk, upload(own, "second.csv").pk
    before = checksums()
    for answer in (
        coordinator_client.get(page_of(own, first), follow=True),
        coordinator_client.post(page_of(own, first), {"step": "import", "seen": "1 1 0"}, follow=True),
    ):
        assert answer.redirect_chain == [(page_of(own, newest), 302)]
        assert "That list was replaced by a later upload. This is the newest one: second.csv." in says(answer)
    assert checksums() == before


def test_page_of_a_list_that_is_no_longer_kept_leads_to_the_form(own: HubRows, coordinator_client: Client) -> None:
    old = upload(own, "old.csv").pk
    RegistrantList.objects.all().delete()
    answer = coordinator_client.get(page_of(own, old), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:echo_sessions_series_import", args=(own[Series].pk,))
    assert "That list is no longer kept." in says(answer)


def test_replaced_list_of_another_hub_is_not_found(
    own: HubRows, coordinator_client: Client, programme: Programme, people: People
) -> None:
    first = upload(own, "first.csv").pk
    upload(own, "second.csv")
    stranger = signed_in_client(people.coordinator(programme.national))
    assert coordinator_client.get(page_of(own, first + 999)).status_code == 404
    assert stranger.get(page_of(own, first)).status_code == 404
