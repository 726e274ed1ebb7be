"""The sign-in pages do not reveal which addresses are known, and sign-in codes are stored as hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Person, SignInCode
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from tests.accounts.sign_in import UNKNOWN, ask, code_of, link_of, newest_email, type_code
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def visible_answer(answer: Any) -> tuple[int, str, int, list[str]]:
    page = re.sub(r'(nonce|value)="[^"]{20,}"', "", answer.content.decode())
    headers = sorted(
        f"{name}: {value}" for name, value in answer.items() if name not in {"X-Request-ID", "Content-Security-Policy"}
    )
    return answer.status_code, page, len(answer.content), headers


def test_known_and_unknown_address_get_the_same_answer(sink: Sink, people: People) -> None:
    answers = []
    for address in (people.ama.email, UNKNOWN):
        browser = Client()
        sent = ask(browser, address)
        page = browser.get(sent["Location"])
        assert address in page.content.decode()
        status, text, size, headers = visible_answer(page)
        wrong_code = visible_answer(type_code(browser, "000000"))
        answers.append(
            (sent.status_code, sent["Location"], status, text.replace(address, "ADDRESS"), size, headers, wrong_code[0])
        )
    assert answers[0] == answers[1]
    deliver_due()
    assert [email["To"] for email in sink.emails] == [people.ama.email, UNKNOWN]
    assert {email["Subject"] for email in sink.emails} == {"Your sign-in code"}
    assert not Person.objects.filter(email_key=UNKNOWN).exists()


def test_code_is_sent_to_the_confirmed_spelling_and_the_typed_one_is_displayed(
    client: Client, sink: Sink, people: People
) -> None:
    proved = people.make("ama.okpik@example.org", "Ama Okpik")
    unproved = people.make("una.proved@example.org", "Una Proved", proved=False)
    for typed in ("AMA.Okpik@example.org", "Una.Proved@example.org"):
        page = client.get(ask(client, typed)["Location"])
        assert page.context["address"] == typed
    deliver_due()
    assert [email["To"] for email in sink.emails] == [proved.email, "Una.Proved@example.org"]
    unproved.refresh_from_db()
    assert (unproved.email, unproved.is_proved) == ("una.proved@example.org", False)


def test_sixth_code_within_fifteen_minutes_is_refused(client: Client, people: People) -> None:
    """Known and unknown addresses get the same error, and the fifth code still works."""
    not_sent = (
        "No new code was sent, because many were asked for at this address. Open our newest email: its button works in "
        "any browser. If there is none, ask again in 15 minutes."
    )
    quarter = timezone.now().timestamp() // 900 * 900
    with time_machine.travel(dt.datetime.fromtimestamp(quarter, dt.UTC), tick=False):
        for address in (UNKNOWN, people.ama.email):
            assert [ask(client, address)["Location"] for _number in range(5)] == ["/en/sign-in/code/"] * 5
            kept = client.session["sign_in_request"]
            refused = shown_again(client, ask(client, address))
            assert refused.context["form"].errors == {"email": [not_sent]}
            assert client.session["sign_in_request"] == kept
            link = f'<a href="{reverse("sign_in_code")}">Type the newest code</a>'
            other = Client()
            pages = (refused, shown_again(other, ask(other, address)))
            assert [link in page.content.decode() for page in pages] == [True, False]
    assert Message.objects.filter(kind="sign-in-code").count() == 10


def test_code_is_hashed_and_erased_from_the_sent_message(client: Client, sink: Sink, people: People) -> None:
    ask(client, people.ama.email)
    message = Message.objects.get(kind="sign-in-code")
    sealed = message.secret
    assert sealed
    email = newest_email(sink)
    code, link = code_of(email), link_of(email).rstrip("/").rpartition("/")[2]
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


def test_stored_code_is_not_a_plain_hash(programme: Programme) -> None:
    """The hash uses a secret key. Otherwise, codes in a stolen table could be found by hashing every possible code."""
    actions.request_sign_in_code(email="ama@example.org", language="en")
    stored = SignInCode.objects.get().code_hash
    assert all(hashlib.sha256(f"{number:06d}".encode()).hexdigest() != stored for number in range(0, 1_000_000, 97))
