"""Before places are given back or added, a page displays who gets an email, with a sample, and nothing is saved."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from echo_portal.outbox.models import Message
from registrations.message_kinds import PLACE
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import enroll
from tests.people import People
from tests.tables import checksums


def give_back(client: Client, *rows: Registration, **fields: str) -> Any:
    data = {"action": "give_back", "_selected_action": [row.pk for row in rows], **fields}
    return client.post(address(Registration, "changelist"), data)


def state_of(row: Registration) -> str:
    row.refresh_from_db()
    return row.state


@pytest.fixture
def waiting(own: HubRows, people: People) -> Registration:
    """Return the registration of Luc, who reads French and waits for the only place in the own hub's session."""
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    (row,) = enroll(people.luc, own[Session].series, own[Session])
    assert row.state == "waiting"
    return row


def test_preview_counts_names_and_samples_in_both_languages_and_saves_nothing(
    own: HubRows, coordinator_client: Client, waiting: Registration
) -> None:
    held = own[Registration]
    before = checksums()
    page = give_back(coordinator_client, held)
    assert checksums() == before
    context = page.context
    both = [("en", 1), ("fr", 1)]
    assert (context["count"], context["by_language"], context["sample_of"]) == (2, both, held.shown_name)
    assert sorted(context["names"]) == sorted([held.shown_name, waiting.shown_name])
    assert "Give back and write 2 emails" in says(page)
    assert "at the end of the waiting list" in " ".join(context["samples"][0][1].text.split())
    assert [(language, email.subject.partition(":")[0].strip()) for language, email in context["samples"]] == [
        ("en", "Your place was given back"),
        ("fr", "Votre place a été libérée"),
    ]
    assert context["next_ones"] == [waiting.shown_name]
    assert context["unreachable"] == [held.shown_name], "their address is suppressed"
    sample = coordinator_client.get(address(Session, "sample", own[Session].pk, context["sample_key"], "fr"))
    assert "Le carrefour a libéré votre place" in sample.content.decode()


def test_sample_includes_the_note_that_was_typed(own: HubRows, coordinator_client: Client) -> None:
    page = give_back(coordinator_client, own[Registration], confirmed="preview", note_en="For nurses of the north.")
    assert [state_of(own[Registration]), Message.objects.filter(kind="left").count()] == ["registered", 0]
    assert "For nurses of the north." in page.context["samples"][0][1].text


def test_rows_left_out_are_named_with_their_reason(own: HubRows, coordinator_client: Client, people: People) -> None:
    other = people.make("left@example.org", "Léa Left")
    (gone,) = enroll(other, own[Session].series, own[Session])
    Registration.objects.filter(pk=gone.pk).update(state="cancelled", cancelled_at=timezone.now())
    page = give_back(coordinator_client, own[Registration], gone)
    assert [(row.pk, reason) for row, reason in page.context["left_out"]] == [
        (gone.pk, "The place was given back before.")
    ]
    assert page.context["count"] == 1


@pytest.mark.usefixtures("no_suppression")
def test_emails_wait_five_minutes_and_can_be_taken_back(own: HubRows, coordinator_client: Client) -> None:
    row = own[Registration]
    done = give_back(coordinator_client, row, confirmed="yes")
    message = Message.objects.get(kind="left")
    assert state_of(row) == "cancelled"
    assert dt.timedelta(minutes=4) < message.due_at - timezone.now() <= dt.timedelta(minutes=5)
    here = done["Location"]
    assert "Take it back" in says(coordinator_client.get(here))
    answer = says(coordinator_client.post(here, follow=True))
    message.refresh_from_db()
    assert "1 place stands again." in answer
    assert (state_of(row), message.state) == ("registered", "cancelled")
    assert "Every email has left." in says(coordinator_client.post(here, follow=True)), "a second time"
    assert state_of(row) == "registered"


def test_recalling_does_not_restore_a_place_that_somebody_else_has_now(
    own: HubRows, coordinator_client: Client, waiting: Registration
) -> None:
    row = own[Registration]
    here = give_back(coordinator_client, row, confirmed="yes")["Location"]
    assert state_of(waiting) == "registered"
    answer = says(coordinator_client.post(here, follow=True))
    assert f"Somebody else has the place by now, so the email to these people leaves: {row.shown_name}." in answer
    assert [state_of(row), state_of(waiting)] == ["cancelled", "registered"]
    assert Message.objects.get(kind="left").state == "queued"


def test_emails_that_have_left_cannot_be_taken_back(own: HubRows, coordinator_client: Client) -> None:
    here = give_back(coordinator_client, own[Registration], confirmed="yes")["Location"]
    Message.objects.filter(kind="left").update(state="sent", sent_at=timezone.now())
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        assert "Every email has left." in says(coordinator_client.get(here))
        assert "Every email has left." in says(coordinator_client.post(here, follow=True))
    assert state_of(own[Registration]) == "cancelled"


def test_give_back_of_another_hub_is_not_found(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    here = give_back(coordinator_client, own[Registration], confirmed="yes")["Location"]
    stranger = signed_in_client(other.coordinator)
    assert [stranger.get(here).status_code, stranger.post(here).status_code] == [404, 404]
    assert state_of(own[Registration]) == "cancelled"


def test_more_places_show_who_gets_one_before_anything_is_saved(
    own: HubRows, coordinator_client: Client, waiting: Registration
) -> None:
    here = address(Session, "change", own[Session].pk)
    data = posted_fields(coordinator_client, here) | {"capacity": 2, "title_en": "Typed meanwhile"}
    before = checksums()
    page = coordinator_client.post(here, data)
    assert checksums() == before
    assert (page.context["count"], page.context["names"]) == (1, [waiting.shown_name])
    assert [language for language, _email in page.context["samples"]] == ["en", "fr"]
    assert "was changed" not in says(page)
    again = dict(page.context["posted"]) | {page.context["seen_name"]: "1"}
    coordinator_client.post(here, again)
    own[Session].refresh_from_db()
    assert (own[Session].capacity, own[Session].title_en, state_of(waiting)) == (2, "Typed meanwhile", "registered")
    assert Message.objects.filter(kind=PLACE).count() == 1


def test_save_that_gives_nobody_a_place_shows_no_preview(own: HubRows, coordinator_client: Client) -> None:
    here = address(Session, "change", own[Session].pk)
    data = posted_fields(coordinator_client, here) | {"capacity": 9}
    assert coordinator_client.post(here, data).status_code == 302
