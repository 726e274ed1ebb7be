"""Previews say that a person who was not told of their registration yet gets no other email about it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import Details
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import form_key_of, says
from tests.admin.session_changes import commit, preview
from tests.admin.two_hubs import HubRows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
UNINVITED = "1 person has not been told of their place yet: they get no separate email about this."


@pytest.fixture
def nora(own: HubRows) -> Registration:
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)  # the hub's registrant has the place
    guest = Details(name="Nora", email="nora@example.org", language="en")
    (row,) = actions.add_people(
        series=own[Series],
        session_ids=[own[Session].pk],
        whole_series=False,
        people=[guest],
        note_en="You asked.",
        note_fr="",
        by=own.coordinator,
    ).rows
    return row


def act(client: Client, page: str, **fields: str) -> tuple[Any, Any]:
    """Return the preview, and the page after the action."""
    words = {"note_en": "We talked.", **fields}
    shown = client.post(page, {**words, "step": "preview"}, follow=True)
    sent = {**words, "step": "send", "seen": shown.context["seen"], "form_key": form_key_of(shown)}
    return shown, client.post(page, sent, follow=True)


def test_preview_of_a_drop_says_that_nobody_hears_of_it(
    coordinator_client: Client, own: HubRows, nora: Registration
) -> None:
    page = reverse("admin:echo_sessions_series_drop_person", args=(own[Series].pk, nora.person_id))
    shown, done = act(coordinator_client, page)
    assert "0 emails." in says(shown)
    assert UNINVITED in says(shown)
    assert "Nobody hears of it." in says(shown)
    assert "Nobody hears of it." in says(done)
    assert "Every email has left." not in says(done)


@pytest.mark.parametrize(
    ("name", "button", "done"),
    [
        ("move", "Move it without an email", "The session is moved. "),
        ("cancel", "Cancel it without an email", "The session is cancelled. "),
    ],
)
def test_change_says_that_people_who_were_not_told_get_no_other_email(
    coordinator_client: Client, own: HubRows, nora: Registration, name: str, button: str, done: str
) -> None:
    own[Registration].delete()
    shown = says(preview(coordinator_client, own[Session], name))
    assert UNINVITED in shown
    assert button in shown
    assert f"{done}{UNINVITED}" in says(commit(coordinator_client, own[Session], name))


def test_preview_of_giving_back_counts_people_who_were_not_told(
    coordinator_client: Client, own: HubRows, nora: Registration
) -> None:
    page = reverse("admin:registrations_registration_changelist")
    rows = [nora.pk, own[Registration].pk]
    shown = coordinator_client.post(page, {"action": "give_back", "_selected_action": rows})
    assert (shown.context["count"], shown.context["uninvited"]) == (1, 1)
    assert UNINVITED in says(shown)


def test_preview_of_a_place_displays_the_email_about_the_registration(
    coordinator_client: Client, own: HubRows, nora: Registration
) -> None:
    page = reverse("admin:echo_sessions_series_promote", args=(own[Series].pk, nora.person_id, nora.pk))
    shown, _done = act(coordinator_client, page, extra_place="on")
    assert shown.context["count"] == 1
    assert "We talked." in dict(shown.context["samples"])["en"].text
    assert "The email about the registration leaves at" in says(shown)
    assert "The email leaves at once." not in says(shown)
    assert Message.objects.filter(kind="added-by-hub", state="queued").count() == 1
    assert not Message.objects.filter(kind="place-from-waiting-list").exists()
