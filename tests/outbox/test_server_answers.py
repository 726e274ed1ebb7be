"""The sentences that explain the answers of mail servers, with the answers themselves."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.outbox.server_answers import explained

UNKNOWN, LATER, FULL = (
    "The mail server does not know this address.",
    "The mail server asked to try again later.",
    "The mailbox is full.",
)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", ""),
        ("250 2.0.0 OK queued", "The mail server accepted it."),
        ("250", "The mail server accepted it."),
        ("550 5.1.1 <x@example.org>: Recipient address rejected", UNKNOWN),
        ("550-5.1.1 The email account does not exist", UNKNOWN),
        ("553 sorry, no mailbox here", UNKNOWN),
        ("550 5.2.1 The account is disabled", "The mailbox is closed."),
        ("452 4.2.2 over quota", FULL),
        ("552 mailbox full", FULL),
        ("552 5.3.4 message size exceeds limit", "The email is too large for the mail server."),
        ("550 5.7.26 unauthenticated email", "The mail server refuses emails from the portal by its rules."),
        ("554 spam", "The mail server refuses emails from the portal by its rules."),
        ("421 4.3.0 closing", LATER),
        ("451", LATER),
        ("535 5.7.8 bad credentials", "The mail server refuses the portal’s sign-in."),
        ("500 what?", "The mail server refused it for good."),
        ("gave up: 451 4.3.0 busy", f"It was tried for two days without success. {LATER}"),
        ("no connection: ConnectionRefusedError", "The mail server could not be reached."),
        ("5501 is no code", ""),
        ("Mailbox unknown", ""),
    ],
)
def test_answer_has_a_sentence_and_is_quoted(answer: str, sentence: str) -> None:
    assert explained(answer) == (sentence, answer.removeprefix("gave up: "))


def test_reason_of_the_portal_is_a_sentence_without_quotation() -> None:
    with translation.override("fr"):
        assert explained("not-useful") == ("Il n’était plus utile au moment où il aurait pu partir.", "")
        assert explained("550 5.1.1 unknown")[0] == "Le serveur de courriel ne connaît pas cette adresse."


@given(st.text() | st.from_regex(r"[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}.*"))
def test_any_text_is_quoted_unchanged(answer: str) -> None:
    assert explained(answer)[1] == answer.removeprefix("gave up: ")
