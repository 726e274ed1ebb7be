"""The page of one person in a series, and dropping, moving and promoting them after a preview of the email."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.outbox.models import Message
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows
from tests.builders import Programme, enroll
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]


def page_of(name: str, row: Registration, *, series: Series | None = None) -> str:
    arguments: tuple[int, ...] = ((series or row.session.series).pk, row.person_id)
    if name in ("move", "move_back", "promote"):
        arguments += (row.pk,)
    return reverse(f"admin:echo_sessions_series_{name}", args=arguments)


def do(client: Client, page: str, **fields: Any) -> tuple[Any, Any]:
    """Post the form for a preview, then confirm it, and return both responses."""
    shown = client.post(page, fields | {"step": "preview", "note_en": "Because."}, follow=True)
    fields |= {"seen": shown.context.get("seen", ""), "form_key": shown.context.get("form_key", "")}
    return shown, client.post(page, fields | {"step": "send", "note_en": "Because."}, follow=True)


@pytest.fixture
def waiting(own: HubRows, people: People) -> Registration:
    """Return the registration of Luc, who reads French and waits for the only place in the own hub's session."""
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    (row,) = enroll(people.luc, own[Session].series, own[Session])
    return row


def test_page_displays_places_the_line_and_who_acted(
    own: HubRows, coordinator_client: Client, waiting: Registration
) -> None:
    page = coordinator_client.get(page_of("person", waiting))
    assert [(place.row.pk, place.line, place.is_open) for place in page.context["places"]] == [(waiting.pk, 1, True)]
    do(coordinator_client, page_of("promote", waiting), extra_place="on")
    lines = coordinator_client.get(page_of("person", waiting)).context["history"]
    assert [(line.who, line.sentence) for line in lines] == [
        (own.coordinator.name, "The place was given by hand to the first person on the waiting list.")
    ]


def test_preview_of_a_move_shows_the_email_and_who_gets_the_place(
    own: HubRows, coordinator_client: Client, waiting: Registration, programme: Programme
) -> None:
    row, target = own[Registration], programme.session(own[Series], 2, days=14)
    page = page_of("move", row)
    fields = {"to_session": target.pk, "note_en": "Because.", "step": "preview"}
    before = checksums()
    context = coordinator_client.post(page, fields, follow=True).context
    assert checksums() == before
    assert (context["count"], context["next_ones"], context["sample_of"]) == (2, [waiting.shown_name], row.shown_name)
    assert [language for language, _email in context["samples"]] == ["en", "fr"]
    _shown, done = do(coordinator_client, page, to_session=target.pk)
    assert "Until the email leaves you can move them back." in says(done)
    moved = Registration.objects.get(person=row.person, session=target)
    assert moved.state == "registered"
    refused = coordinator_client.post(page_of("move_back", moved), follow=True)
    assert "Somebody else has the old place by now." in says(refused)


def test_move_is_taken_back_with_one_press(own: HubRows, coordinator_client: Client, programme: Programme) -> None:
    row, target = own[Registration], programme.session(own[Series], 2, days=14)
    do(coordinator_client, page_of("move", row), to_session=target.pk)
    moved = Registration.objects.get(session=target)
    assert "Move back" in says(coordinator_client.get(page_of("person", row)))
    assert "Moved back; nobody hears of it." in says(coordinator_client.post(page_of("move_back", moved), follow=True))
    row.refresh_from_db()
    assert row.state == "registered"


def test_session_of_another_hub_cannot_be_chosen(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    before = checksums()
    page = coordinator_client.post(
        page_of("move", own[Registration]),
        {"to_session": other[Session].pk, "note_en": "x", "step": "send"},
        follow=True,
    )
    assert "Choose a session from the list." in says(page)
    assert not leaks(page)
    assert checksums() == before


def test_person_is_taken_out_of_the_series(own: HubRows, coordinator_client: Client) -> None:
    row = own[Registration]
    shown, done = do(coordinator_client, page_of("drop_person", row))
    assert shown.context["count"] == 1
    assert "Take it back" in says(done)
    row.refresh_from_db()
    assert (row.state, Message.objects.filter(kind="left").count()) == ("cancelled", 1)
    answer = coordinator_client.post(done.request["PATH_INFO"], follow=True)
    assert "1 place stands again." in says(answer)


def test_waiting_list_is_displayed_in_its_order(
    own: HubRows, coordinator_client: Client, waiting: Registration, people: People
) -> None:
    (last,) = enroll(people.ama, own[Series], own[Session])
    page = coordinator_client.get(page_of("promote", last))
    assert page.context["act"].line == ("Luc Bélanger", "Ama Okpik")
    assert "1 person waits before them." in says(page)


def test_full_session_needs_a_place_to_be_added(
    own: HubRows, coordinator_client: Client, waiting: Registration
) -> None:
    before = checksums()
    page = coordinator_client.post(page_of("promote", waiting), {"note_en": "Because.", "step": "preview"}, follow=True)
    assert "No place is free. Add one, or give another one back first." in says(page)
    assert checksums() == before
    do(coordinator_client, page_of("promote", waiting), extra_place="on")
    waiting.refresh_from_db()
    assert waiting.state == "registered"


@pytest.mark.parametrize("name", ["person", "drop_person", "move", "promote", "move_back"])
def test_person_of_another_hub_or_series_is_not_found(
    own: HubRows, other: HubRows, coordinator_client: Client, name: str
) -> None:
    foreign = other[Registration]
    before = checksums()
    for page in (page_of(name, foreign), page_of(name, foreign, series=own[Series])):
        assert [coordinator_client.get(page).status_code, coordinator_client.post(page).status_code] == [404, 404]
    assert checksums() == before
