"""The effects of signing in and out on the browser session and the account, and the redirects afterwards."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client
from django.urls import reverse

from accounts.actions import Details, person_for_form, prove_mailbox
from accounts.models import AuditEvent, Person, SignInCode
from tests.accounts.sign_in import UNKNOWN, ask, code_of, is_signed_in, link_of, newest_email, type_code
from tests.builders import Programme
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def test_person_who_revokes_links_while_signed_out_returns_to_the_profile(client: Client) -> None:
    asked = client.post(reverse("revoke_links"))
    assert (asked.status_code, asked["Location"]) == (302, f"{reverse('sign_in')}?next={reverse('profile')}")


def test_session_key_is_replaced_at_sign_in(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    before = client.session.session_key
    type_code(client, code_of(newest_email(sink)))
    after = client.session.session_key
    assert before != after
    assert not BrowserSession.objects.filter(session_key=before).exists()
    assert not {"sign_in_request", "sign_in_address"} & set(client.session.keys())


def test_sign_in_proves_the_mailbox_and_creates_an_unknown_person(client: Client, sink: Sink, people: People) -> None:
    guest = people.make("guest@example.org", "Gustave Guest", proved=False)
    for address in (guest.email, UNKNOWN):
        browser = Client()
        ask(browser, address)
        type_code(browser, code_of(newest_email(sink)))
        person = Person.objects.get(email_key=address)
        assert person.is_proved
        assert browser.session["_auth_user_id"] == str(person.pk)
        assert AuditEvent.objects.filter(verb="sign-in", actor_id=person.pk).count() == 1
    guest.refresh_from_db()
    assert guest.name == "Gustave Guest"


def test_second_sign_in_keeps_the_time_of_the_first_proof(client: Client, sink: Sink, people: People) -> None:
    first = people.ama.mailbox_proved_at
    ask(client, "AMA@Example.ORG ")
    type_code(client, code_of(newest_email(sink)))
    people.ama.refresh_from_db()
    assert people.ama.mailbox_proved_at == first
    assert Person.objects.count() == 1


def test_closed_account_is_not_signed_in(client: Client, sink: Sink, people: People) -> None:
    Person.objects.filter(pk=people.ama.pk).update(is_active=False)
    ask(client, people.ama.email)
    Person.objects.filter(pk=people.ama.pk).update(mailbox_proved_at=None)
    assert type_code(client, code_of(newest_email(sink)))["Location"] == reverse("sign_in")
    assert not is_signed_in(client)
    assert not Person.objects.get().is_proved
    assert not AuditEvent.objects.filter(verb="sign-in").exists()


def test_session_cookie_is_invalid_after_sign_out(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    type_code(client, code_of(newest_email(sink)))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get(reverse("my_sessions")).status_code == 200
    client.post(reverse("sign_out"))
    assert thief.get(reverse("my_sessions")).status_code == 302


ELSEWHERE = [
    "https://evil.example",
    "http://evil.example/en/",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    " https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://evil.example#testserver",
    "http://[::1",
    "\x00//evil.example",
    "https://evil.example\\@testserver",
    "//evil.example/%2e%2e",
    "ftp://testserver/",
    "/en/%00",
    "/en/%00/",
    "/nowhere/",
    "/fr/nulle-part/",
    "en/about/",
    "?next=/en/",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_redirect_to_another_site_is_ignored(client: Client, people: People, programme: Programme, wanted: str) -> None:
    ask(client, people.stranger.email, next=wanted)
    assert SignInCode.objects.get().next_path == ""
    page = client.get(reverse("sign_in"), {"next": wanted}).content.decode()
    assert '<input type="hidden" name="next" value="">' in page
    client.force_login(people.ama)
    answers = [
        client.get(reverse("sign_in"), {"next": wanted}),
        client.post(reverse("set_time_zone"), {"zone": "America/Regina", "next": wanted}),
    ]
    for answer in answers:
        assert stays_here(answer["Location"]), answer["Location"]


def stays_here(location: str) -> bool:
    parts = urlsplit(location)
    return not parts.scheme and not parts.netloc and location.startswith("/") and location[1:2] not in ("/", "\\")


def test_redirect_to_a_page_of_this_site_is_followed(client: Client, sink: Sink, people: People) -> None:
    wanted = "/en/series/psw-cop/register/?session=7"
    sent_on = client.get(reverse("profile"))
    assert sent_on["Location"] == f"{reverse('sign_in')}?next={reverse('profile')}"
    ask(client, people.ama.email, next=wanted)
    assert type_code(client, code_of(newest_email(sink)))["Location"] == wanted


def test_page_of_the_sign_in_link_displays_the_masked_address(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    page = Client().get(link_of(newest_email(sink))).content.decode()
    assert "The link was sent to a…@example.org." in page
    assert "ama@example.org" not in page


def test_sign_in_on_an_english_page_keeps_the_french_of_the_registration(client: Client, sink: Sink) -> None:
    details = Details(name="Luc Roy", email="luc.roy@example.org", language="fr")
    person_for_form(details=details, signed_in=None)
    prove_mailbox(code=SignInCode(email="luc.roy@example.org", language="en"))
    person = Person.objects.get()
    assert (person.language, person.name, person.is_proved) == ("fr", "Luc Roy", True)
