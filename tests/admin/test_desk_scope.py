"""The pages of a series' desk are closed to everybody except the people who may edit the series (SAFETY.md 4.1)."""

import json
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from echo_portal.admin.sample_emails import store_samples
from echo_portal.admin.series import SeriesAdmin
from echo_portal.outbox.email_content import Rendered
from hubs.models import Membership
from sessions.models import Series, Session
from tests.admin.desk_table import posted, table_of
from tests.admin.pages import leaks, request_of, text_of
from tests.admin.two_hubs import CANARY, OWN, HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def pages_of(series: Series) -> list[str]:
    """Return the URLs of the pages about one series that have only its ID as an argument.

    Left out are Django’s own pages, the poster, the example of a list, and the answers as rows, which are for staff
    only.
    """
    found = []
    for name in sorted({url.name for url in admin.site.get_model_admin(Series).get_urls() if url.name}):
        try:
            found.append(reverse(f"admin:{name}", args=(series.pk,)))
        except NoReverseMatch:
            continue
    return [
        page
        for page in found
        if not page.endswith(("/change/", "/delete/", "/history/", "/poster/", "/answers/", "/example/"))
    ]


def test_pages_of_the_desk_are_found() -> None:
    assert {page.split("/")[-2] for page in pages_of(Series(pk=1))} == {
        "1",
        "add",
        "import",
        "feedback",
        "messages",
        "paste",
        "publish",
        "export",
        "registrants",
        "rule",
        "sessions",
        "write",
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_coordinator_sees_the_own_series_only(own: HubRows, other: HubRows, language: str) -> None:
    other[Series].partner_hubs.add(own.hub)  # a partner hub may view the series, but not its registrants
    client = signed_in_client(own.coordinator)
    before = checksums()
    for page in pages_of(other[Series]):
        for answer in (client.get(page), client.post(page, {"step": "commit"})):
            assert answer.status_code == 404, page
            assert not leaks(answer), page
    assert checksums() == before
    for page in pages_of(own[Series]):
        ask = client.post if page.endswith("/export/") else client.get
        answer = ask(page, headers={"accept-language": language}, follow=True)
        assert answer.status_code == 200, page
        assert OWN in text_of(answer), page
        assert not leaks(answer), page


def test_table_of_the_own_series_does_not_save_a_session_of_another_hub(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    data = posted(client, own[Series])
    theirs = other[Session]
    versions = json.loads(data["seen_versions"])
    forged = {**data, "seen_versions": json.dumps({**versions, str(theirs.pk): ""}), f"s{theirs.pk}-title_en": "Forged"}
    before = checksums()
    answer = client.post(table_of(own[Series]), {**forged, "links": "\n".join(["https://example.org/1"] * 2)})
    assert not leaks(answer)
    assert checksums() == before


def test_sample_email_is_displayed_to_the_person_of_the_preview_only(
    own: HubRows, people: People, other: HubRows
) -> None:
    key = store_samples(
        {"en": Rendered("Subject", "Text", f"<p>{OWN}</p>", "Hub", "hub@example.org")}, for_person=own.coordinator
    )
    page = reverse("admin:echo_sessions_series_sample", args=(own[Series].pk, key, "en"))
    statuses = [
        signed_in_client(person).get(page).status_code for person in (own.coordinator, people.staff, other.coordinator)
    ]
    assert statuses == [200, 404, 404]


def test_roles_without_the_right_to_edit_see_no_page(own: HubRows, people: People) -> None:
    readers = []
    for role in (Membership.Role.EVALUATOR, Membership.Role.FACILITATOR):
        person = people.make(f"{role}@example.org", "Reader", is_staff=True)
        Membership.objects.create(person=person, hub=own.hub, role=role)
        readers.append((signed_in_client(person), 404))
    nobody = signed_in_client(people.make("nobody@example.org", "No Hub", is_staff=True))
    clients = (*readers, (nobody, 404), (signed_in_client(people.stranger), 302), (Client(), 302))
    before = checksums()
    for client, status in clients:
        for page in pages_of(own[Series]):
            for answer in (client.get(page), client.post(page, {"step": "commit"})):
                assert answer.status_code == status, page
                assert OWN not in text_of(answer)
    assert checksums() == before


def test_coordinator_of_both_hubs_and_staff_see_both(own: HubRows, other: HubRows, people: People) -> None:
    Membership.objects.create(person=own.coordinator, hub=other.hub, role=Membership.Role.COORDINATOR)
    for person in (own.coordinator, people.staff):
        client = signed_in_client(person)
        for rows, word in ((own, OWN), (other, CANARY)):
            for page in pages_of(rows[Series]):
                ask = client.post if page.endswith("/export/") else client.get
                answer = ask(page, follow=True)
                assert (answer.status_code, word in text_of(answer)) == (200, True), page


class Unscoped(SeriesAdmin):
    def own(self, request: HttpRequest, pk: int) -> Series:
        return Series.objects.get(pk=pk)


def test_unscoped_desk_displays_a_series_of_another_hub(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    page = Unscoped(Series, admin.site)
    for url in page.get_urls():
        if url.name == "echo_sessions_series_desk":
            answer: Any = page.own_view(request, other[Series].pk, **url.default_args)
            answer.render()
            assert leaks(answer)
            return
    raise AssertionError("No desk.")
