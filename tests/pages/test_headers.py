"""Headers, cookies and the language switch of every public page."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.builders import Programme
from tests.pages.addresses import Addresses, Content, addresses, fill
from tests.people import People

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'nonce-N' 'strict-dynamic'; style-src 'self' 'nonce-N'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex"}


@pytest.fixture
def content(programme: Programme, people: People) -> Content:
    return fill(programme, people.ama)


@pytest.fixture(params=["en", "fr"])
def here(request: pytest.FixtureRequest, content: Content, people: People) -> Addresses:
    return addresses(content, people.ama, request.param)


def safety_of(client: Client, url: str) -> dict[str, str]:
    answer = client.get(url)
    found = {name: answer.headers.get(name, "") for name in EVERYWHERE}
    nonces = re.findall(r"'nonce-([^']+)'", found["Content-Security-Policy"])
    assert len(set(nonces)) <= 1
    if answer.status_code == 200 and "html" in answer["Content-Type"] and nonces:
        assert f'nonce="{nonces[0]}"' in answer.content.decode()
    found["Content-Security-Policy"] = re.sub(r"'nonce-[^']+'", "'nonce-N'", found["Content-Security-Policy"])
    return found


def test_every_page_has_security_headers(client: Client, here: Addresses) -> None:
    for name, url in {**here.public, **here.own}.items():
        found = safety_of(client, url)
        if name == "join":
            assert found.pop("Referrer-Policy") == "no-referrer"
            assert found == {key: value for key, value in EVERYWHERE.items() if key != "Referrer-Policy"}, name
            continue
        assert found == EVERYWHERE, name


def test_redirects_refusals_and_files_have_security_headers(client: Client, content: Content, people: People) -> None:
    session = content.sessions[0].public_id
    unlike = {"Content-Security-Policy"}  # a page without a script has no nonce in its policy
    for url, status in {
        "/": 302,
        reverse("my_sessions"): 302,
        reverse("profile"): 302,
        reverse("sign_out"): 405,
        reverse("session", kwargs={"session": uuid.uuid4()}): 404,
        reverse("session_calendar", kwargs={"session": session}): 200,
        reverse("my_sessions_link", kwargs={"token": "x"}): 404,
    }.items():
        answer = client.get(url)
        assert answer.status_code == status, url
        for name in EVERYWHERE.keys() - unlike:
            assert answer.headers.get(name) == EVERYWHERE[name], (url, name)
        assert answer["Content-Security-Policy"].startswith("default-src 'none'"), url


def test_personal_pages_are_neither_stored_nor_indexed(client: Client, here: Addresses, people: People) -> None:
    own = {**here.own, "done": here.public["done"]}
    for name, url in own.items():
        answer = client.get(url)
        assert {key: answer.headers.get(key) for key in PRIVATE} == PRIVATE, name
    client.force_login(people.ama)
    for url in here.public.values():
        assert client.get(url)["Cache-Control"] == "no-store, private", url


def test_reading_sets_no_cookie(here: Addresses) -> None:
    for name, url in here.public.items():
        if name in ("register", "key", "sign in"):
            continue  # these pages have a form, whose token is a cookie
        answer = Client().get(url)
        assert not answer.cookies, name


def test_cookies_are_http_only_and_same_site(client: Client, people: People, settings: Settings) -> None:
    client.post(reverse("set_time_zone"), {"zone": "America/Regina", "next": "/en/"})
    client.post(reverse("sign_in"), {"email": people.ama.email})
    names = {django_settings.SESSION_COOKIE_NAME, "zone"}
    assert names <= set(client.cookies)
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), cookie.key


def switch_of(page: str) -> str:
    """Return the language switch: a link, or a button on pages that keep typed values."""
    found = re.search(r'<a class="lang" href="([^"]+)"|<button\s+class="lang"[^>]*\sformaction="([^"]+)"', page)
    assert found is not None
    return unescape(found[1] or found[2])


def test_language_switch_keeps_the_page_both_ways(client: Client, content: Content, people: People) -> None:
    english, french = (addresses(content, people.ama, language) for language in ("en", "fr"))
    for pages in ("public", "own"):
        for name, url in getattr(english, pages).items():
            if name in ("not found", "sign in"):
                continue
            there = getattr(french, pages)[name]
            assert switch_of(client.get(url).content.decode()) == there, name
            assert switch_of(client.get(there).content.decode()) == url, name


def test_language_switch_keeps_the_query_string(client: Client, content: Content) -> None:
    for query in ("?profession=RN&credits=1", "?show=32&hub=bc", "?profession=%C3%A9&area=%22%3E"):
        url = f"/en/{query}"
        there = switch_of(client.get(url).content.decode())
        assert there == f"/fr/{query}"
        assert client.get(there).status_code == 200


def test_missing_page_is_in_the_visitors_language(client: Client, programme: Programme) -> None:
    for language, words in (("en", "en-CA"), ("fr", "fr-CA")):
        answer = client.get(f"/{language}/no-such-page/")
        assert answer.status_code == 404
        assert f'<html lang="{words}">' in answer.content.decode()
