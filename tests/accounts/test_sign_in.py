"""Sign-in codes and links: which are accepted, for how long, and how often."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent, Person, SignInCode
from echo_portal.outbox.models import Message
from tests.accounts.sign_in import ask, code_of, is_signed_in, link_of, newest_email, type_code, wrong
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}\u00a0{1} "])
def test_sign_in_code_is_accepted_with_any_spacing(client: Client, sink: Sink, people: People, typed: str) -> None:
    assert ask(client, people.ama.email)["Location"] == reverse("sign_in_code")
    code = code_of(newest_email(sink))
    answer = type_code(client, typed.format(code[:3], code[3:]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("my_sessions"))
    assert client.session["_auth_user_id"] == str(people.ama.pk)


def test_used_code_is_refused(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    code = code_of(newest_email(sink))
    asked = SignInCode.objects.get()
    assert type_code(client, code).status_code == 302
    asked.refresh_from_db()
    assert asked.used_at is not None
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_signed_in(again)
    other = Client()
    ask(other, people.ama.email)
    assert type_code(other, code).status_code == 303
    assert not is_signed_in(other)


def test_code_expires_after_ten_minutes(client: Client, sink: Sink, people: People) -> None:
    now = timezone.now()
    for minutes, works in ((9.9, True), (10, False)):
        browser = Client()
        with time_machine.travel(now, tick=False):
            ask(browser, people.ama.email)
        code = code_of(newest_email(sink))
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            type_code(browser, code)
            assert is_signed_in(browser) is works, minutes


def test_link_expires_after_ten_minutes(client: Client, sink: Sink, people: People) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        ask(client, people.ama.email)
    link = link_of(newest_email(sink))
    with time_machine.travel(now + dt.timedelta(minutes=10), tick=False):
        assert Client().get(link).status_code == 410
        assert client.post(link).status_code == 410
    assert not is_signed_in(client)


def test_code_is_refused_in_another_browser(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_email(sink))
    stranger = Client()
    assert type_code(stranger, code)["Location"] == reverse("sign_in")
    ask(stranger, "stranger@example.org")
    assert type_code(stranger, code).status_code == 303
    assert not is_signed_in(stranger)


def test_code_is_refused_after_three_wrong_codes(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_email(sink))
    says = {1: "you can try 2 more times.", 2: "you can try once more.", 3: "This code no longer works"}
    for number in range(1, 4):
        answer = shown_again(client, type_code(client, wrong(code, number)))
        assert says[number] in answer.content.decode()
    assert type_code(client, code).status_code == 303
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("path", "heading", "asks"),
    [
        ("en/sign-in", "This code no longer works", "Ask for a new one"),
        ("fr/connexion", "Ce code ne fonctionne plus", ""),
    ],
)
def test_page_of_a_used_up_code_only_offers_a_new_one(
    client: Client, sink: Sink, people: People, path: str, heading: str, asks: str
) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_email(sink))
    for number in range(1, 4):
        answer = client.post(f"/{path}/code/", {"code": wrong(code, number)})
    page = client.get(answer["Location"]).content.decode().split("<main")[1]
    assert page.count(heading) == 1
    assert f'href="/{path}/">{asks}' in page
    assert "ama@example.org" not in page
    assert 'name="code"' not in page


def test_browser_without_cookies_is_told_that_signing_in_needs_them(people: People) -> None:
    says = "Your browser does not store the portal’s cookies"
    assert Client().post(reverse("sign_in"), {"email": people.ama.email})["Location"] == reverse("sign_in_code")
    back = Client().get(reverse("sign_in_code"))
    assert says in Client().get(back["Location"]).content.decode()
    other = Client()
    assert says not in other.get(reverse("sign_in")).content.decode()
    assert other.get(reverse("sign_in_code"))["Location"] == reverse("sign_in")


def test_malformed_code_is_not_counted(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_email(sink))
    for typed in ("", "12345", "1234567", "abcdef", "１２３４５", "\x00", "9" * 400, code[:5]):
        assert type_code(client, typed).status_code == 303, typed
    assert SignInCode.objects.get().tries == 0
    assert type_code(client, code).status_code == 302


def stored_rows() -> tuple[Any, ...]:
    codes = list(SignInCode.objects.values_list("tries", "used_at", "expires_at"))
    people = list(Person.objects.values_list("pk", "mailbox_proved_at", "last_login"))
    return codes, people, BrowserSession.objects.count(), AuditEvent.objects.count(), Message.objects.count()


def test_link_signs_in_only_by_its_button_and_in_any_browser(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    link = link_of(newest_email(sink))
    before = stored_rows()
    scanner = Client()
    for _time in range(3):
        assert scanner.head(link).status_code == 200
        page = scanner.get(link)
        assert page.status_code == 200
        assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store, private", "same-origin")
    assert scanner.options(link).status_code == 405
    assert stored_rows() == before
    assert not is_signed_in(scanner)
    browser = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(link).content.decode())
    assert token is not None
    answer = browser.post(link, {"csrfmiddlewaretoken": token[1]}, headers={"origin": "http://testserver"})
    assert answer["Location"] == reverse("my_sessions")
    assert is_signed_in(browser)
    assert not is_signed_in(client)
    assert Client().get(link).status_code == 410
    assert Client().post(link).status_code == 410


def test_using_the_link_or_the_code_of_an_email_invalidates_both(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    email = newest_email(sink)
    Client().post(link_of(email))
    assert type_code(client, code_of(email)).status_code == 303
    ask(client, people.ama.email)
    email = newest_email(sink)
    assert type_code(client, code_of(email)).status_code == 302
    assert Client().post(link_of(email)).status_code == 410


@pytest.mark.parametrize("link", ["x", "é", "x" * 3000, "%00", "..", "' OR 1=1 --"])
def test_invented_link_returns_status_410(client: Client, programme: Programme, link: str) -> None:
    url = reverse("sign_in_link", kwargs={"link": link})
    assert client.get(url).status_code == 410
    assert client.post(url).status_code == 410
    assert not is_signed_in(client)


def test_sign_in_in_french_sends_a_french_email(client: Client, sink: Sink, people: People) -> None:
    with translation.override("fr"):
        answer = client.post(reverse("sign_in"), {"email": people.luc.email})
        assert answer["Location"] == reverse("sign_in_code")
    assert answer["Location"].startswith("/fr/")
    assert newest_email(sink)["Content-Language"] == "fr"


def test_wrong_code_displays_tries_left_and_right_code_is_accepted(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_email(sink))
    assert "you can try 2 more times." in shown_again(client, type_code(client, wrong(code, 1))).content.decode()
    assert type_code(client, code).status_code == 302
    assert is_signed_in(client)
