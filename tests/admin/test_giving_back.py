"""A coordinator gives back a person's place. The person's email names the hub and contains the coordinator's note."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import address
from tests.admin.two_hubs import HubRows
from tests.builders import enroll
from tests.people import People

NOTE = "The group is for nurses of the north."


def give_back(client: Client, row: Registration, **fields: str) -> str:
    data = {"action": "give_back", "_selected_action": [row.pk], **fields}
    return client.post(address(Registration, "changelist"), data).content.decode()


def email_of(row: Registration, language: str = "en") -> tuple[str, str, str]:
    """Return the subject, the text and the reason of the email about this registration."""
    message = Message.objects.get(kind="left", about=f"registration:{row.pk}")
    shown = preview(message, language, scope_ids=None)
    return shown.subject, shown.text, message.why


def test_email_names_the_hub_that_gave_the_place_back_and_includes_its_note(
    coordinator_client: Client, own: HubRows
) -> None:
    row = own[Registration]
    give_back(coordinator_client, row, confirmed="yes", note_en=NOTE)
    subject, text, why = email_of(row)
    assert subject.startswith("Your place was given back: ")
    assert text.startswith("The hub gave back your place\n")
    assert f"{own.hub.name} gave back your place. Any question? Answer this email." in text
    assert NOTE in text
    assert why.startswith(f"{own.hub.name} gave back your place in “")
    french_subject, french_text, _why = email_of(row, "fr")
    assert french_subject.startswith("Votre place a été libérée")
    assert french_text.startswith("Le carrefour a libéré votre place\n")
    assert NOTE in french_text, "the note of the other language, if there is only one"


def test_email_names_the_waiting_list_if_the_person_was_waiting(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    (row,) = enroll(people.luc, own[Session].series, own[Session])
    assert row.state == "waiting"
    give_back(coordinator_client, row, confirmed="yes")
    assert email_of(row)[1].startswith("The hub took you off the waiting list\n")


def test_email_names_no_hub_if_the_person_gave_the_place_back_themselves(own: HubRows) -> None:
    row = own[Registration]
    actions.leave_session(registration=row, by=row.person)
    subject, text, why = email_of(row)
    assert (subject.startswith("You’ve left: "), "hub" in text.partition("\n")[0]) == (True, False)
    assert why.startswith("You gave back a place in “")


def test_note_with_control_characters_is_refused_and_the_place_is_kept(
    coordinator_client: Client, own: HubRows
) -> None:
    page = give_back(coordinator_client, own[Registration], confirmed="yes", note_en="a\x07b")
    assert "Write this without special control characters." in page
    own[Registration].refresh_from_db()
    assert own[Registration].state == "registered"
    assert not Message.objects.filter(kind="left").exists()


@pytest.mark.parametrize(
    ("by_the_hub", "sentence"), [(True, "The hub gave back your place"), (False, "You gave this place back")]
)
def test_joining_page_displays_who_gave_the_place_back(
    client: Client, own: HubRows, by_the_hub: bool, sentence: str
) -> None:
    row = own[Registration]
    actions.leave_session(registration=row, by=own.coordinator if by_the_hub else row.person)
    assert sentence in client.get(reverse("join", kwargs={"token": join_token(row)})).content.decode()
