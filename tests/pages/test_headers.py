"""Headers, cookies and the language switch of all public pages."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import uuid
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.pages.addresses import Addresses, Content, addresses
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
ROOT = Path(__file__).resolve().parents[2]
PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex"}


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
        if name in ("join", "session code"):
            assert found.pop("Referrer-Policy") == "no-referrer"
            assert found == {key: value for key, value in EVERYWHERE.items() if key != "Referrer-Policy"}, name
            continue
        if name == "verify file":
            found["Content-Security-Policy"] = found["Content-Security-Policy"].replace(
                "connect-src 'none'", "connect-src 'self'"
            )
        assert found == EVERYWHERE, name


def test_redirects_errors_and_files_have_security_headers(client: Client, content: Content, people: People) -> None:
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


def test_static_files_and_health_pages_have_security_headers(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path
    client = Client()  # reads the folder when it is made
    for url in ("/static/x.css", "/healthz", "/readyz", "/static/none.css"):
        answer = client.get(url, secure=True)
        assert answer.status_code == (404 if "none" in url else 200), url
        found = {name: answer.headers.get(name) for name in EVERYWHERE.keys() - {"Content-Security-Policy"}}
        assert found == {name: value for name, value in EVERYWHERE.items() if name in found}, url
        assert answer["Content-Security-Policy"].startswith("default-src 'none'"), url
        assert "Access-Control-Allow-Origin" not in answer.headers, url
        assert b"".join(answer) != b""  # closes the file
    changed = client.get("/static/x.css")
    assert b"".join(changed) == b"a{}"
    unchanged = client.get("/static/x.css", headers={"if-modified-since": changed["Last-Modified"]})
    assert (unchanged.status_code, b"".join(unchanged)) == (304, b"")


def test_health_pages_are_not_redirected_and_accept_any_host(client: Client, db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS, settings.ALLOWED_HOSTS = True, 60, []
    for url in ("/healthz", "/readyz"):
        assert client.get(url, headers={"host": "10.0.0.7"}).status_code == 200
        assert client.get(url, secure=True)["Strict-Transport-Security"].startswith("max-age=60")


def test_pages_with_a_form_are_not_stored_by_caches(client: Client, here: Addresses) -> None:
    forms = set()
    for name, url in {**here.public, **here.own}.items():
        answer = client.get(url)
        if 'name="csrfmiddlewaretoken"' in answer.content.decode():
            assert answer["Cache-Control"] == "no-store, private", name
            forms.add(name)
    assert forms >= {"register", "key", "sign in", "propose", "partner", "interest", "tell me", "leave", "evaluate"}
    assert Client().get(here.public["home"])["Cache-Control"] == "private, no-cache"


def test_uploaded_files_are_refused_before_they_are_read(content: Content, client: Client) -> None:
    file = SimpleUploadedFile("name.txt", b"x" * 100)
    for name in ("have_key", "sign_in", "set_time_zone", "set_language"):
        answer = client.post(reverse(name), {"enrollment_key": "A", "email": "a@example.org", "zone": "", "file": file})
        assert answer.status_code == 400, name
        file.seek(0)
    assert client.post(reverse("have_key"), {"enrollment_key": "LTC2122"}).status_code == 303


def test_personal_pages_are_neither_stored_nor_indexed(client: Client, here: Addresses, people: People) -> None:
    own = {**here.own, "done": here.public["done"]}
    for name, url in own.items():
        answer = client.get(url)
        assert {key: answer.headers.get(key) for key in PRIVATE} == PRIVATE, name
    client.force_login(people.ama)
    for url in here.public.values():
        assert client.get(url)["Cache-Control"] == "no-store, private", url


def test_public_page_without_a_form_sets_no_cookie(here: Addresses) -> None:
    for name, url in here.public.items():
        if name in ("register", "key", "sign in", "partner", "propose", "interest", "tell me", "newsletters"):
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


NAMES_OF_COOKIES = """
import django
django.setup()
from django.conf import settings
from accounts import known_browsers, time_zones
from echo_portal.lib import http, personal_cookies
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
print(http.MessageCookie.cookie_name, time_zones.CHOSEN_COOKIE, time_zones.BROWSER_COOKIE)
print(personal_cookies.REFUSED_FORM, personal_cookies.SENT_HERE, known_browsers.COOKIE, personal_cookies.OWN_LINK)
print(personal_cookies.LEFT_LINKS)
"""


@pytest.mark.parametrize(("https", "prefix"), [("1", "__Host-"), ("0", "")])
def test_every_cookie_name_has_the_host_prefix_over_https(https: str, prefix: str) -> None:
    names = [
        "session",
        "csrf",
        "language",
        "messages",
        "zone",
        "browser_zone",
        "refused_form",
        "sent_here",
        "known",
        "own_link",
        "left_links",
    ]
    environment = os.environ | {"HTTPS": https, "DJANGO_SETTINGS_MODULE": "echo_portal.settings"}
    command = [sys.executable, "-c", NAMES_OF_COOKIES]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert found.split() == [f"{prefix}{name}" for name in names]
    script = (ROOT / "static" / "js" / "timezone.js").read_text()
    assert '"__Host-browser_zone" : "browser_zone"' in script


def test_code_sets_cookies_under_known_names_only() -> None:
    """A cookie with another name would not have the prefix."""
    set_in = {
        str(path.relative_to(ROOT)): re.findall(r"set_cookie\(\s*([^,]+),", path.read_text())
        for folder in (ROOT / "echo_portal", *(readme.parent for readme in ROOT.glob("*/README.md")))
        for path in folder.rglob("*.py")
    }
    assert len({path.partition("/")[0] for path in set_in}) > 10, "every app has a README.md"
    names = {name for found in set_in.values() for name in found}
    assert names == {"COOKIE", "CHOSEN_COOKIE", "LEFT_LINKS", "OWN_LINK", "REFUSED_FORM", "SENT_HERE"}


def switch_of(page: str) -> str:
    """Return the language switch of a page: a link or, on pages with a form that keeps its values, a button."""
    found = re.search(r'<a class="lang" href="([^"]+)"|<button\s+class="lang"[^>]*\sformaction="([^"]+)"', page)
    assert found is not None
    return unescape(found[1] or found[2])


def test_language_switch_opens_the_same_page_in_both_directions(
    client: Client, content: Content, people: People
) -> None:
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


def test_not_found_page_is_in_the_visitors_language(client: Client, programme: Programme) -> None:
    for language, words in (("en", "en-CA"), ("fr", "fr-CA")):
        answer = client.get(f"/{language}/no-such-page/")
        assert answer.status_code == 404
        assert f'<html lang="{words}">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/en/feeds/sessions.rss", "/data/sessions.json"])
def test_public_feed_that_sets_a_cookie_is_not_stored(programme: Programme, people: People, path: str) -> None:
    client = signed_in_client(people.staff)
    client.get(path)  # which remembers when they were last seen
    assert client.get(path).headers["Cache-Control"] == "public, max-age=900"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5)):
        answer = client.get(path)
    assert (bool(answer.cookies), answer.headers["Cache-Control"]) == (True, "no-store, private")
