"""The second factor of the administration: it is required on all pages, can be set up, and is used to sign in."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, reverse
from pytest_django import Settings

from accounts.second_factor import may_be_off
from tests.admin.second_factor import authenticator_code, sign_in_by_code
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People


def addresses(patterns: list[Any], prefix: str = "/admin/") -> list[str]:
    """Return every URL of the administration, with 1 as the primary key of each row."""
    found = []
    for entry in patterns:
        here = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, here)
        elif isinstance(entry, URLPattern):
            for part in ("<path:object_id>", "<path:url>", "<path:content_type_id>"):
                here = here.replace(part, "1")
            found.append(here.replace("(?P<app_label>", "").replace("(?P<url>.*)", "x").replace("\\Z", ""))
    return [page if "|" not in page else "/admin/hubs/" for page in found]


ADDRESSES = sorted(set(addresses(list(admin.site.get_urls()))))


def test_administration_has_urls_to_check() -> None:
    assert len(ADDRESSES) > 40
    assert "/admin/" in ADDRESSES


def test_every_url_requires_a_second_factor(people: People, client: Client) -> None:
    client.force_login(people.staff)
    where_to = {(here, leads_to(client, send(here))) for here in ADDRESSES for send in (client.get, client.post)}
    assert where_to == {(here, reverse("mfa_activate_totp")) for here in ADDRESSES}


def leads_to(client: Client, answer: Any) -> str:
    """Follow redirects within the administration. Return the first URL outside it, without requesting it."""
    while answer["Location"].startswith("/admin/"):
        answer = client.get(answer["Location"])
    return str(answer["Location"])


def test_every_url_redirects_a_visitor_to_the_sign_in_page(db: None, client: Client) -> None:
    for here in ADDRESSES:
        answer = client.get(here)
        assert answer.status_code == 302, here
        assert here == "/admin/logout/" or "/login/" in answer["Location"] or "sign-in" in answer["Location"]


def test_second_factor_is_required_once_set_up(own: HubRows) -> None:
    person, browser = own.coordinator, Client()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as clock:
        sign_in_by_code(browser, person)
        assert browser.get("/admin/", follow=True).redirect_chain[-1][0] == reverse("mfa_activate_totp")
        page = browser.get(reverse("mfa_activate_totp"))
        assert page.status_code == 200
        secret = page.context["form"].secret
        assert secret in page.content.decode()
        wrong = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert wrong.status_code == 200
        assert browser.get("/admin/").status_code == 302
        done = browser.post(reverse("mfa_activate_totp"), {"code": authenticator_code(secret)})
        assert done["Location"] == reverse("mfa_view_recovery_codes")
        assert "recovery_codes" in browser.get(done["Location"]).content.decode(), "signed in just before"
        clock.shift(600)
        assert browser.get(done["Location"]).status_code == 302
        browser.post(reverse("mfa_reauthenticate"), {"code": authenticator_code(secret)})
        assert "recovery_codes" in browser.get(done["Location"]).content.decode()
        assert browser.get(reverse("mfa_index")).status_code == 200
        assert browser.get("/admin/").status_code == 200

        clock.shift(90)
        second = Client()
        asked = sign_in_by_code(second, person)
        assert asked["Location"] == reverse("mfa_authenticate")
        assert second.get("/admin/").status_code == 302
        assert second.get(reverse("mfa_authenticate")).status_code == 200
        second.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert second.get("/admin/").status_code == 302
        second.post(reverse("mfa_authenticate"), {"code": authenticator_code(secret)})
        assert second.get("/admin/").status_code == 200


def test_password_sign_in_is_not_possible(own: HubRows) -> None:
    own.coordinator.set_password("correct horse battery staple")
    own.coordinator.save()
    browser = Client()
    for page in ("/admin/login/", reverse("account_login")):
        browser.post(page, {"username": own.coordinator.email_key, "password": "correct horse battery staple"})
        assert "_auth_user_id" not in browser.session
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("debug", "demo", "required", "peer", "forwarded", "expected"),
    [
        (True, True, False, "127.0.0.1", None, True),
        (True, True, False, "::1", None, True),
        (False, True, False, "127.0.0.1", None, False),
        (True, False, False, "127.0.0.1", None, False),
        (True, True, True, "127.0.0.1", None, False),
        (True, True, False, "192.0.2.7", None, False),
        (True, True, False, "127.0.0.1", "192.0.2.7", False),
    ],
)
def test_second_factor_is_off_only_in_a_local_demonstration(
    settings: Settings,
    debug: bool,
    demo: bool,
    required: bool,
    peer: str,
    forwarded: str | None,
    expected: bool,
) -> None:
    settings.DEBUG, settings.DEMO, settings.SECOND_FACTOR_REQUIRED = debug, demo, required
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/admin/", headers=headers, REMOTE_ADDR=peer)
    assert may_be_off(request) is expected


def test_page_displays_a_notice_while_the_second_factor_is_off(own: HubRows, settings: Settings) -> None:
    settings.DEBUG, settings.DEMO, settings.SECOND_FACTOR_REQUIRED = True, True, False
    client = Client()
    client.force_login(own.coordinator)
    assert "Demo: second factor off" in client.get("/admin/").content.decode()
    settings.SECOND_FACTOR_REQUIRED = True
    assert "Demo: second factor off" not in signed_in_client(own.coordinator).get("/admin/").content.decode()
