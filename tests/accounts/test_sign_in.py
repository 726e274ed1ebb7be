"""What signing in promises: six digits or one press, ten minutes, once, three tries, and nothing told to anybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from accounts import actions
from accounts.models import AuditEvent, Person, SignInCode
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from tests.builders import Programme
from tests.people import People
from tests.smtp_server import Sink, smtp_sink

pytestmark = pytest.mark.django_db

UNKNOWN = "una@example.org"  # as long as ama@example.org


@pytest.fixture
def sink(settings: Settings, programme: Programme) -> Iterator[Sink]:
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        yield sink


def ask(client: Client, address: str, **more: str) -> Any:
    return client.post(reverse("sign_in"), {"email": address, **more})


def newest_mail(sink: Sink) -> EmailMessage:
    """After everything due was delivered."""
    deliver_due()
    return sink.mails[-1]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_of(mail: EmailMessage) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", text_of(mail))
    assert found is not None
    return found[1] + found[2]


def link_of(mail: EmailMessage) -> str:
    """The path of the mail's link."""
    (url,) = (line.strip() for line in text_of(mail).splitlines() if "/sign-in/link/" in line)
    return url.removeprefix(settings.SITE_URL)


def type_code(client: Client, code: str) -> Any:
    return client.post(reverse("sign_in_code"), {"code": code})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06d}"


# --- The code ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}\u00a0{1} "])
def test_the_code_of_the_mail_signs_in_however_it_is_spaced(
    client: Client, sink: Sink, people: People, typed: str
) -> None:
    assert ask(client, people.ama.email)["Location"] == reverse("sign_in_code")
    code = code_of(newest_mail(sink))
    answer = type_code(client, typed.format(code[:3], code[3:]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("my_sessions"))
    assert client.session["_auth_user_id"] == str(people.ama.pk)


def test_a_code_works_once(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    code = code_of(newest_mail(sink))
    asked = SignInCode.objects.get()
    assert type_code(client, code).status_code == 302
    asked.refresh_from_db()
    assert asked.used_at is not None
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_signed_in(again)
    other = Client()
    ask(other, people.ama.email)
    assert type_code(other, code).status_code == 422
    assert not is_signed_in(other)


def test_a_code_lives_ten_minutes(client: Client, sink: Sink, people: People) -> None:
    now = timezone.now()
    for minutes, works in ((9.9, True), (10, False)):
        browser = Client()
        with time_machine.travel(now, tick=False):
            ask(browser, people.ama.email)
        code = code_of(newest_mail(sink))
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            type_code(browser, code)
            assert is_signed_in(browser) is works, minutes


def test_a_link_lives_ten_minutes(client: Client, sink: Sink, people: People) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        ask(client, people.ama.email)
    link = link_of(newest_mail(sink))
    with time_machine.travel(now + dt.timedelta(minutes=10), tick=False):
        assert Client().get(link).status_code == 410
        assert client.post(link).status_code == 410
    assert not is_signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_mail(sink))
    stranger = Client()
    assert type_code(stranger, code)["Location"] == reverse("sign_in")
    ask(stranger, "stranger@example.org")
    assert type_code(stranger, code).status_code == 422
    assert not is_signed_in(stranger)


def test_three_wrong_codes_end_it(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_mail(sink))
    says = {1: "you can try 2 more times.", 2: "you can try once more.", 3: "This code no longer works"}
    for number in range(1, 4):
        answer = type_code(client, wrong(code, number))
        assert answer.status_code == 422
        assert says[number] in answer.content.decode()
    assert type_code(client, code).status_code == 422
    assert not is_signed_in(client)


def test_what_is_no_code_is_not_a_try(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_mail(sink))
    for typed in ("", "12345", "1234567", "abcdef", "１２３４５６", "\x00", "9" * 400, code[:5]):
        assert type_code(client, typed).status_code == 422, typed
    assert SignInCode.objects.get().tries == 0
    assert type_code(client, code).status_code == 302


# --- The link ------------------------------------------------------------------------------------------


def everything() -> tuple[Any, ...]:
    codes = list(SignInCode.objects.values_list("tries", "used_at", "expires_at"))
    people = list(Person.objects.values_list("pk", "mailbox_proved_at", "last_login"))
    return codes, people, BrowserSession.objects.count(), AuditEvent.objects.count(), Message.objects.count()


def test_opening_the_link_changes_nothing_and_its_button_signs_in_any_browser(
    client: Client, sink: Sink, people: People
) -> None:
    ask(client, people.ama.email)
    link = link_of(newest_mail(sink))
    before = everything()
    scanner = Client()
    for _time in range(3):
        assert scanner.head(link).status_code == 200
        page = scanner.get(link)
        assert page.status_code == 200
        assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store, private", "same-origin")
    assert scanner.options(link).status_code == 405
    assert everything() == before
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


def test_a_link_and_a_code_of_one_mail_are_used_up_together(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    mail = newest_mail(sink)
    Client().post(link_of(mail))
    assert type_code(client, code_of(mail)).status_code == 422
    ask(client, people.ama.email)
    mail = newest_mail(sink)
    assert type_code(client, code_of(mail)).status_code == 302
    assert Client().post(link_of(mail)).status_code == 410


@pytest.mark.parametrize("link", ["x", "é", "x" * 3000, "%00", "..", "' OR 1=1 --"])
def test_an_invented_link_is_gone(client: Client, programme: Programme, link: str) -> None:
    url = reverse("sign_in_link", kwargs={"link": link})
    assert client.get(url).status_code == 410
    assert client.post(url).status_code == 410
    assert not is_signed_in(client)


# --- Nothing is told ------------------------------------------------------------------------------------


def told(answer: Any) -> tuple[int, str, int, list[str]]:
    page = re.sub(r'(nonce|value)="[^"]{20,}"', "", answer.content.decode())
    headers = sorted(
        f"{name}: {value}" for name, value in answer.items() if name not in {"X-Request-ID", "Content-Security-Policy"}
    )
    return answer.status_code, page, len(answer.content), headers


def test_a_known_and_an_unknown_address_get_the_same_answer(sink: Sink, people: People) -> None:
    answers = []
    for address in (people.ama.email, UNKNOWN):
        browser = Client()
        sent = ask(browser, address)
        page = browser.get(sent["Location"])
        assert address in page.content.decode()
        status, text, size, headers = told(page)
        wrong_code = told(type_code(browser, "000000"))
        answers.append(
            (sent.status_code, sent["Location"], status, text.replace(address, "ADDRESS"), size, headers, wrong_code[0])
        )
    assert answers[0] == answers[1]
    deliver_due()
    assert [mail["To"] for mail in sink.mails] == [people.ama.email, UNKNOWN]
    assert {mail["Subject"] for mail in sink.mails} == {"Your sign-in code"}
    assert not Person.objects.filter(email_key=UNKNOWN).exists()


def test_a_mailbox_gets_five_codes_in_a_quarter_of_an_hour_and_the_answer_stays_the_same(
    sink: Sink, people: People
) -> None:
    quarter = timezone.now().timestamp() // 900 * 900
    with time_machine.travel(dt.datetime.fromtimestamp(quarter, dt.UTC), tick=False):
        answers = []
        for _number in range(7):
            browser = Client()
            sent = ask(browser, people.ama.email)
            page = browser.get(sent["Location"])
            answers.append((sent.status_code, sent["Location"], told(page)))
    assert all(answer == answers[0] for answer in answers)
    assert Message.objects.filter(kind="sign-in-code").count() == 5


# --- What is kept ---------------------------------------------------------------------------------------


def test_the_code_is_hashed_in_its_table_and_encrypted_then_erased_on_the_message(
    client: Client, sink: Sink, people: People
) -> None:
    ask(client, people.ama.email)
    message = Message.objects.get(kind="sign-in-code")
    sealed = message.secret
    assert sealed
    mail = newest_mail(sink)
    code, link = code_of(mail), link_of(mail).rstrip("/").rpartition("/")[2]
    row = SignInCode.objects.values().get()
    for kept in (str(row), sealed, str(message.payload), message.why, message.dedupe_key):
        assert code not in kept
        assert link not in kept
    assert {len(row["code_hash"]), len(row["link_hash"])} == {64}
    message.refresh_from_db()
    assert (message.state, message.secret) == (Message.State.SENT, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert all(code not in data for (data,) in cursor.fetchall())


def test_two_codes_of_the_same_digits_are_stored_differently_from_a_plain_hash(programme: Programme) -> None:
    """Keyed: a stolen table cannot be tried against a million codes without the key."""
    actions.request_sign_in_code(email="ama@example.org", language="en")
    stored = SignInCode.objects.get().code_hash
    assert all(hashlib.sha256(f"{number:06d}".encode()).hexdigest() != stored for number in range(0, 1_000_000, 97))


# --- Who she is then ------------------------------------------------------------------------------------


def test_the_session_gets_a_new_id_and_the_old_one_dies(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    before = client.session.session_key
    type_code(client, code_of(newest_mail(sink)))
    after = client.session.session_key
    assert before != after
    assert not BrowserSession.objects.filter(session_key=before).exists()
    assert not {"sign_in_request", "sign_in_address"} & set(client.session.keys())


def test_signing_in_proves_the_mailbox_and_makes_an_unknown_person(client: Client, sink: Sink, people: People) -> None:
    guest = people.make("guest@example.org", "Gustave Guest", proved=False)
    for address in (guest.email, UNKNOWN):
        browser = Client()
        ask(browser, address)
        type_code(browser, code_of(newest_mail(sink)))
        person = Person.objects.get(email_key=address)
        assert person.is_proved
        assert browser.session["_auth_user_id"] == str(person.pk)
        assert AuditEvent.objects.filter(verb="sign-in", actor_id=person.pk).count() == 1
    guest.refresh_from_db()
    assert guest.name == "Gustave Guest"


def test_a_proof_keeps_its_first_moment(client: Client, sink: Sink, people: People) -> None:
    first = people.ama.mailbox_proved_at
    ask(client, "AMA@Example.ORG ")
    type_code(client, code_of(newest_mail(sink)))
    people.ama.refresh_from_db()
    assert people.ama.mailbox_proved_at == first
    assert Person.objects.count() == 1


def test_a_closed_account_is_not_signed_in(client: Client, sink: Sink, people: People) -> None:
    Person.objects.filter(pk=people.ama.pk).update(is_active=False)
    ask(client, people.ama.email)
    assert type_code(client, code_of(newest_mail(sink)))["Location"] == reverse("sign_in")
    assert not is_signed_in(client)


def test_signing_out_ends_the_session_for_its_cookie_too(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    type_code(client, code_of(newest_mail(sink)))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get(reverse("my_sessions")).status_code == 200
    client.post(reverse("sign_out"))
    assert thief.get(reverse("my_sessions")).status_code == 302


# --- Where she goes then --------------------------------------------------------------------------------

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
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_to_another_site(client: Client, people: People, programme: Programme, wanted: str) -> None:
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


def test_a_page_of_this_site_is_where_she_was_going(client: Client, sink: Sink, people: People) -> None:
    wanted = "/en/series/psw-cop/register/?session=7"
    sent_on = client.get(reverse("profile"))
    assert sent_on["Location"] == f"{reverse('sign_in')}?next={reverse('profile')}"
    ask(client, people.ama.email, next=wanted)
    assert type_code(client, code_of(newest_mail(sink)))["Location"] == wanted


def test_signing_in_speaks_french(client: Client, sink: Sink, people: People) -> None:
    with translation.override("fr"):
        answer = client.post(reverse("sign_in"), {"email": people.luc.email})
        assert answer["Location"] == reverse("sign_in_code")
    assert answer["Location"].startswith("/fr/")
    assert newest_mail(sink)["Content-Language"] == "fr"


def test_a_slip_of_the_finger_is_said_with_what_is_left_and_the_right_code_still_works(
    client: Client, sink: Sink, people: People
) -> None:
    ask(client, people.ama.email)
    code = code_of(newest_mail(sink))
    assert "you can try 2 more times." in type_code(client, wrong(code, 1)).content.decode()
    assert type_code(client, code).status_code == 302
    assert is_signed_in(client)
