"""Attempts that count together towards a limit: from one network, for one mailbox, or with the same wrong key."""

import importlib
import os
import subprocess
import sys

import pytest
from django.core import signing
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts import known_browsers, views
from accounts.models import SignInCode
from accounts.throttles import (
    HOUR,
    KEY_FAILURES_PER_NETWORK,
    Limit,
    NetworkLimit,
    client_network,
    mailbox_of,
    network_of,
)
from echo_portal.lib.sealed import keyed_hash
from sessions.models import EnrollmentKey
from tests.accounts.browsers import known_browser
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:443", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_network_of_an_ip_address_is_determined(given: str, network: str) -> None:
    assert network_of(given) == network


def test_wider_networks_of_ipv6_have_ceilings(db: None) -> None:
    limit = NetworkLimit("wide", 2, HOUR)

    def accepted(*networks: str) -> int:
        return sum(limit.reserve(network_of(one)) for one in networks for _time in range(9))

    assert accepted("2001:db8:1:0::1") == 2
    assert accepted("2001:db8:1:1::1", "2001:db8:1:2::1") == 2, "four in the /56, not counting the refused ones"
    assert accepted(*(f"2001:db8:1:{n:x}00::1" for n in range(1, 255))) == 4, "eight in the /48"
    assert accepted("2001:db8:2::1", "192.0.2.1", "192.0.2.2", "unknown") == 8
    assert not limit.has_room(network_of("2001:db8:1:ffff::1"))
    assert limit.reserve(network_of("2001:db8:1:ffff::1"), among="other")


def test_every_limit_of_networks_has_the_ceilings() -> None:
    modules = [
        importlib.import_module(f"{name}.throttles") for name in ("accounts", "registrations", "proposals", "credits")
    ]
    limits = [value for module in modules for value in vars(module).values() if isinstance(value, Limit)]
    without = {limit.name for limit in limits if limit.name.endswith("-ip") and not isinstance(limit, NetworkLimit)}
    assert without == {"code-mailbox-ip"}, "this one has the limit of its mailbox"


def test_plus_tags_share_the_limit_of_their_mailbox() -> None:
    assert mailbox_of("Ama+1@hospital.example") == mailbox_of("ama+echo+2@Hospital.example") == "ama@hospital.example"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9:51234", "203.0.113.9"),
        (1, "10.0.0.1, [2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.4", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
    ],
)
def test_addresses_that_the_portals_proxies_did_not_add_are_ignored(
    settings: Settings, caplog: pytest.LogCaptureFixture, proxies: int, forwarded: str, network: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="192.0.2.7")
    assert client_network(request) == network
    caplog.clear()


def test_proxy_count_that_is_too_high_is_logged_once_without_an_address(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXY_COUNT = 2
    found = []
    for forwarded in ("198.51.100.4, 203.0.113.9", "203.0.113.9", "203.0.113.9", ""):
        client_network(RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="192.0.2.7"))
        found.append(len([record for record in caplog.records if "accounts.proxy_count" in str(record.msg)]))
    assert found == [0, 1, 1, 1]
    (record,) = (one for one in caplog.records if "accounts.proxy_count" in str(one.msg))
    assert record.levelname == "ERROR"
    assert not [address for address in ("203.0.113.9", "192.0.2.7") if address in str(record.msg)]
    caplog.clear()


def test_limits_of_forms_are_those_of_the_decision() -> None:
    """ADR 13 decides these limits. They are higher in the test settings, because all tests come from one address."""
    limits = ("REGISTRATIONS_PER_NETWORK_AND_HOUR", "REGISTRATIONS_PER_HOUR")
    environment = {name: value for name, value in os.environ.items() if name not in limits}
    command = f"from echo_portal import settings as s; print({', '.join(f's.{name}' for name in limits)})"
    found = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["60", "3000"]


def test_counters_are_kept_however_many_there_are(db: None) -> None:
    """Django's cache in the database drops a third of its rows above 300, unless it is told otherwise."""
    for number in range(320):
        caches["default"].set(f"counter-{number}", number, 3600)
    assert len(caches["default"].get_many([f"counter-{number}" for number in range(320)])) == 320
    assert caches["default"]._table != caches["samples"]._table  # type: ignore[attr-defined]


def check(client: Client, typed: str) -> str:
    return str(shown_again(client, client.post(reverse("have_key"), {"enrollment_key": typed})).content.decode())


def test_correct_key_is_accepted_after_many_wrong_keys_from_the_network(client: Client, programme: Programme) -> None:
    """The key is typed in the form of the series, filled in by a link, or typed under "I have a key"."""
    series = programme.series("keyed", registration_mode="key")
    session = programme.session(series, 1)
    EnrollmentKey.objects.create(series=series, text="RIGHT22")
    for number in range(KEY_FAILURES_PER_NETWORK.tries + 5):
        check(client, f"wrong-{number}")
    assert "Too many wrong keys" in check(client, "wrong-again")
    assert client.post(reverse("have_key"), {"enrollment_key": "right 22"}).status_code == 303
    here = reverse("register", kwargs={"slug": "keyed"})
    assert "Filled in for you." in client.get(here, {"key": "RIGHT22"}).content.decode()
    assert client.post(here, form(sessions=[session.pk], enrollment_key="WRONG")).status_code == 303
    assert client.post(here, form(sessions=[session.pk], enrollment_key="right-22")).status_code == 302


def test_same_wrong_key_counts_once(client: Client, db: None) -> None:
    for _time in range(KEY_FAILURES_PER_NETWORK.tries + 5):
        page = check(client, "wrong")
    assert "Too many wrong keys" not in page


def codes_sent() -> int:
    return SignInCode.objects.count()


def asks(client: Client, network: str, times: int) -> int:
    """Request codes for Ama from a network, and return how many were sent."""
    before = codes_sent()
    for _time in range(times):
        client.post(reverse("sign_in"), {"email": "ama@example.org"}, REMOTE_ADDR=network)
    return codes_sent() - before


def test_requests_from_another_network_do_not_use_up_a_mailboxes_codes(people: People) -> None:
    assert asks(Client(), "192.0.2.66", 9) == 5
    assert asks(Client(), "192.0.2.7", 1) == 1


def test_codes_for_one_mailbox_are_limited_over_all_networks(people: People) -> None:
    assert sum(asks(Client(), f"192.0.2.{network}", 5) for network in range(9)) == 15


def test_browser_that_signed_in_before_gets_codes_beyond_the_limit(people: People) -> None:
    own = Client()
    assert asks(own, "192.0.2.7", 1) == 1
    link = SignInCode.objects.get()
    SignInCode.objects.filter(pk=link.pk).update(link_hash=keyed_hash("own-link", purpose="sign-in.link"))
    own.post(reverse("sign_in_link", kwargs={"link": "own-link"}))
    own.post(reverse("sign_out"))
    for network in range(9):
        asks(Client(), f"192.0.2.{network}", 5)
    assert asks(Client(), "192.0.2.99", 1) == 0
    assert asks(own, "192.0.2.7", 9) == 5
    own.cookies[known_browsers.COOKIE] = own.cookies[known_browsers.COOKIE].value + "x"
    assert asks(own, "192.0.2.99", 1) == 0


@pytest.fixture
def own(people: People) -> Client:
    return known_browser(people.ama.email)


def test_requests_of_one_network_do_not_use_up_the_codes_of_a_known_browser(
    own: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CODES_PER_NETWORK", Limit("code-ip", 3, HOUR))
    others = [
        Client().post(reverse("sign_in"), {"email": f"p{n}@example.org"}, REMOTE_ADDR="192.0.2.7") for n in range(4)
    ]
    assert [answer.status_code for answer in others] == [302, 302, 302, 303]
    assert asks(Client(), "192.0.2.7", 1) == 0
    assert asks(own, "192.0.2.7", 9) == 5
    refused = own.post(reverse("sign_in"), {"email": people.luc.email}, REMOTE_ADDR="192.0.2.7")
    assert refused.status_code == 303


def test_tries_of_one_network_do_not_use_up_those_of_a_known_browser(
    own: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CODE_TRIES_PER_NETWORK", Limit("code-try-ip", 0, HOUR))
    monkeypatch.setattr(views, "CODE_TRIES_IN_KNOWN_BROWSERS", Limit("code-try-known", 1, HOUR))
    stranger = Client()

    def tries_after_one_code(browser: Client) -> int:
        asks(browser, "192.0.2.7", 1)
        browser.post(reverse("sign_in_code"), {"code": "000000"}, REMOTE_ADDR="192.0.2.7")
        return SignInCode.objects.latest("pk").tries

    assert [tries_after_one_code(browser) for browser in (stranger, own, own)] == [0, 1, 0]


def test_cookie_of_known_browsers_does_not_contain_the_address(people: People) -> None:
    response = HttpResponse()
    request = RequestFactory().get("/")
    known_browsers.remember(request, response, people.ama.email)
    cookie = response.cookies[known_browsers.COOKIE]
    (known,) = signing.loads(cookie.value, salt=known_browsers.SALT)
    assert "ama" not in known
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)
