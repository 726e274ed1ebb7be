"""Signing out leaves nothing personal in the browser, because browsers in a ward are shared."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from echo_portal.lib.personal_cookies import OWN_LINK, REFUSED_FORM, SENT_HERE
from echo_portal.middleware import StaffSessionMiddleware
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db


def after_a_long_break(client: Client) -> Any:
    session = client.session
    session[StaffSessionMiddleware.SEEN] = time.time() - StaffSessionMiddleware.IDLE_SECONDS - 1
    session.save()
    return client.get(reverse("catalogue"))


WAYS: dict[str, Callable[[Client], Any]] = {
    "the portal's button": lambda client: client.post(reverse("sign_out")),
    "the list of browsers": lambda client: client.post(reverse("account_logout")),
    "the administration": lambda client: client.post(reverse("admin:logout")),
    "a long break of staff": after_a_long_break,
}


@pytest.mark.parametrize("way", WAYS)
def test_signing_out_deletes_what_is_personal(client: Client, people: People, programme: Programme, way: str) -> None:
    series, (session,) = programme.open_series(sessions=1)
    client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)}))
    own = form(sessions=[session.pk], email=people.ama.email)
    client.post(reverse("register", kwargs={"slug": series.slug}), own)
    client.post(reverse("have_key"), {"enrollment_key": "NOPE"})
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in_client(people.staff).cookies[settings.SESSION_COOKIE_NAME]
    client.get(reverse("catalogue"))
    assert all(client.cookies[name].value for name in (OWN_LINK, SENT_HERE, REFUSED_FORM))
    WAYS[way](client)
    assert "_auth_user_id" not in client.session
    assert [client.cookies[name].value for name in (OWN_LINK, SENT_HERE, REFUSED_FORM)] == ["", "", ""]


@pytest.mark.parametrize(("address", "keeps"), [("AMA@example.org", True), ("denise@example.org", False)])
def test_form_for_another_address_ends_the_link_that_was_opened_before(
    client: Client, people: People, programme: Programme, address: str, keeps: bool
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    link = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
    client.get(link)
    sent = client.post(reverse("register", kwargs={"slug": series.slug}), form(sessions=[session.pk], email=address))
    assert sent["Location"].startswith("/en/registered/")
    assert (client.get(reverse("my_sessions"))["Location"] == link) is keeps


def test_form_for_another_address_is_kept_while_its_sender_is_signed_out(
    client: Client, people: People, programme: Programme
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    client.post(reverse("register", kwargs={"slug": series.slug}), form(sessions=[session.pk]))
    client.force_login(people.ama)
    here = reverse("register", kwargs={"slug": series.slug})
    answer = client.post(here, form(sessions=[session.pk], name="Zoe Zed", sign_out="1"))
    assert 'value="Zoe Zed"' in client.get(answer["Location"]).content.decode()
    assert client.cookies[SENT_HERE].value == ""


def test_button_to_sign_out_deletes_the_link_of_a_browser_that_is_not_signed_in(client: Client, people: People) -> None:
    client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)}))
    assert client.get(reverse("my_sessions")).status_code == 302
    client.post(reverse("account_logout"))
    assert client.cookies[OWN_LINK].value == ""


def sign_out_form(page: str) -> bool:
    """Return whether the page has the form for signing out."""
    return f'action="{reverse("sign_out")}"' in page


def test_page_opened_by_a_link_can_be_left_on_this_device(client: Client, people: People) -> None:
    page = client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})).content.decode()
    assert (sign_out_form(page), "Leave these pages on this device" in page) == (True, True)
    answer = client.post(reverse("sign_out"), follow=True)
    assert "This device no longer opens these pages. The links in emails ask first." in answer.content.decode()
    assert client.get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))


LEFT = {"en": "You left these pages on this device", "fr": "Ces pages ont été quittées sur cet appareil"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("view", ["my_sessions_link", "confirm_address", "subscribe"])
def test_back_after_leaving_displays_a_button_and_no_name(
    client: Client, people: People, view: str, language: str
) -> None:
    with translation.override(language):
        links = {one: reverse(view, kwargs={"token": token_for(one, MANAGE)}) for one in (people.ama, people.luc)}
    client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)}))
    client.post(reverse("sign_out"))
    client.get(reverse("catalogue"))
    answer = client.get(links[people.ama])
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store, private")
    assert LEFT[language] in page
    assert people.ama.name not in page
    assert people.ama.email not in page
    assert client.get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))
    assert all(LEFT[language] not in Client().get(link).content.decode() for link in links.values())
    assert LEFT[language] not in client.get(links[people.luc]).content.decode()
    opened = client.post(reverse("open_again"), fields_of(page))
    assert (opened.status_code, opened["Location"]) == (302, links[people.ama])
    assert LEFT[language] not in client.get(links[people.ama]).content.decode()


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of the page with the button."""
    return dict(re.findall(r'<input type="hidden" name="(token|next)" value="([^"]*)">', page.split("<main")[1]))


def test_own_links_stay_closed_after_signing_out_and_open_when_signed_in(client: Client, people: People) -> None:
    link = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
    client.force_login(people.ama)
    client.post(reverse("sign_out"))
    assert LEFT["en"] in client.get(link).content.decode()
    assert LEFT["en"] in client.post(f"{link}language/", {"language": "fr"}).content.decode()
    people.ama.refresh_from_db()
    assert people.ama.language == "en"
    client.force_login(people.ama)
    assert LEFT["en"] not in client.get(link).content.decode()
    client.force_login(people.luc)
    assert LEFT["en"] in client.get(link).content.decode()


def test_signing_out_says_so_on_the_page_of_the_form(client: Client, people: People) -> None:
    client.force_login(people.ama)
    here = reverse("propose")
    page = client.get(here).content.decode()
    assert (sign_out_form(page), f'name="next" value="{here}"' in page) == (True, True)
    answer = client.post(reverse("sign_out"), {"next": here}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "You are signed out. This device no longer opens your sessions." in answer.content.decode()
    assert client.post(reverse("sign_out"), {"next": "https://example.com/"})["Location"] == reverse("catalogue")


@pytest.mark.parametrize("name", ["register", "register_team", "tell_me", "propose", "newsletters", "profile"])
def test_form_whose_address_is_fixed_offers_signing_out(
    client: Client, people: People, programme: Programme, name: str
) -> None:
    series, _sessions = programme.open_series(sessions=0 if name == "tell_me" else 1)
    client.force_login(people.ama)
    of_series = {"slug": series.slug} if name in ("register", "register_team", "tell_me") else None
    page = client.get(reverse(name, kwargs=of_series)).content.decode()
    assert page.count('form="sign-out">Not you? Sign out</button>') == page.count('id="sign-out"') == 1
