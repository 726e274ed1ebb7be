"""A form that staff post after they signed out in another tab is displayed again, as typed, after they sign in."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from echo_portal.middleware import StaffSessionMiddleware
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression", "luc_registered")]
KEPT = "You were signed out. What you typed is kept for an hour: sign in again."


def sign_out(client: Client) -> None:
    client.get(reverse("admin:index"))
    client.post(reverse("sign_out"))


def end_in_another_tab(client: Client) -> None:
    client.get(reverse("admin:index"))
    session = client.session
    session[StaffSessionMiddleware.SEEN] = time.time() - StaffSessionMiddleware.IDLE_SECONDS - 1
    session.save()
    client.get(reverse("admin:index"))


def posted_signed_out(client: Client, path: str, data: dict[str, Any], sentence: str) -> str:
    """Post the form, and return the path to which the person is redirected after signing in."""
    answer = client.post(path, data)
    assert [str(message) for message in get_messages(answer.wsgi_request)][-1] == sentence
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


def sign_in_again(client: Client, person: Person) -> None:
    client.force_login(person)
    session = client.session
    authenticator = Authenticator.objects.get(user=person, type="totp")
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": authenticator.pk, "type": "totp"}
    ]
    session.save()


def page_of(name: str, *ids: int) -> str:
    return reverse(f"admin:echo_sessions_series_{name}", args=ids)


@pytest.mark.parametrize("end", [sign_out, end_in_another_tab])
def test_form_posted_after_signing_out_is_displayed_as_typed(
    own: HubRows, coordinator_client: Client, people: People, end: Any
) -> None:
    session, row = own[Session], own[Registration]
    here, added = address(Session, "change", session.pk), {"name": "Typed", "email": "typed@example.org"}
    forms: list[tuple[str, dict[str, Any]]] = [
        (here, {**posted_fields(coordinator_client, here), "title_en": "Typed"}),
        (page_of("add_person", own[Series].pk), added | {"step": "send", "note_en": "Typed"}),
        (page_of("drop_person", own[Series].pk, row.person_id), {"note_en": "Typed", "step": "send"}),
    ]
    stranger = signed_in_client(people.staff)
    for path, data in forms:
        end(coordinator_client)
        kept = posted_signed_out(coordinator_client, path, data, KEPT)
        assert stranger.get(kept).status_code == 404
        sign_in_again(coordinator_client, own.coordinator)
        before = checksums()
        context = coordinator_client.get(kept).context
        answer = coordinator_client.post(context["kept"].path, dict(context["sent_values"]), follow=True)
        assert (answer.status_code, "Typed" in says(answer)) == (200, True), path
        assert checksums() == before, path


def test_form_that_is_not_kept_says_that_nothing_was_saved(own: HubRows, coordinator_client: Client) -> None:
    sign_out(coordinator_client)
    act = {"action": "give_back", "_selected_action": [own[Registration].pk]}
    posted_signed_out(
        coordinator_client,
        address(Registration, "changelist"),
        act,
        "You were signed out, so nothing was saved. Sign in again.",
    )


def test_strangers_keep_nothing_in_the_administration(own: HubRows, client: Client) -> None:
    answer = client.post(address(Session, "change", own[Session].pk), {"title_en": "Typed"})
    assert reverse("admin:login") in answer["Location"]
    assert list(get_messages(answer.wsgi_request)) == []
