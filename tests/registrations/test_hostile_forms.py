"""Registration forms with hostile values are refused with a sentence next to the field, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import gettext

from tests.refused import shown_again
from tests.registrations.forms import WRONG_KEY
from tests.registrations.hostile import CONTROL, Offer, Post, assert_no_markup_of_ours, counts, register_url, valid_form

pytestmark = pytest.mark.django_db


# The change to a valid form, the field with the error, and the sentence.
# If the sentence is empty, any sentence is accepted, because people do not see the field.
Change = Callable[[Offer], Post]


FROM_THE_LIST = "Choose sessions from the list."


ADDRESS = "Write an email address like name@example.ca."


REFUSED: dict[str, tuple[Change, str, str]] = {
    "no name": (lambda offer: {"name": ""}, "name", "Write your name."),
    "a name of spaces": (lambda offer: {"name": " \u00a0\u2003"}, "name", "Write your name."),
    "a name of zero width": (lambda offer: {"name": "\u200b\u200b"}, "name", "Write your name."),
    "a name of joiners": (lambda offer: {"name": "\u2060 \u200d\ufeff"}, "name", "Write your name."),
    "a name of fillers": (lambda offer: {"name": "\u3164\u115f"}, "name", "Write your name."),
    "a name too long": (lambda offer: {"name": "é" * 201}, "name", "Write your name in at most 200 characters."),
    "a name with a line break": (lambda offer: {"name": "Ama\r\nBcc: all@example.org"}, "name", CONTROL),
    "a name with a bell": (lambda offer: {"name": "Ama\x07"}, "name", CONTROL),
    "a name that turns round": (lambda offer: {"name": "Ama \u202egpj.exe"}, "name", CONTROL),
    "a name with a line separator": (lambda offer: {"name": "Ama\u2028Okpik"}, "name", CONTROL),
    "no address": (lambda offer: {"email": ""}, "email", "Write your email address."),
    "an address without a domain": (lambda offer: {"email": "elodie"}, "email", ADDRESS),
    "an address of 300 characters": (
        lambda offer: {"email": f"{'a' * 290}@example.org"},
        "email",
        "This email address is too long.",
    ),
    "an address with CR and LF": (lambda offer: {"email": "a@example.org\r\nBcc: b@example.org"}, "email", ADDRESS),
    "two addresses": (lambda offer: {"email": "a@example.org,b@example.org"}, "email", ADDRESS),
    "an address that is a script": (lambda offer: {"email": "<script>alert(1)</script>@example.org"}, "email", ADDRESS),
    "no profession": (lambda offer: {"profession": ""}, "profession", "Choose your profession."),
    "an unknown profession": (
        lambda offer: {"profession": "WIZARD"},
        "profession",
        "Choose your profession from the list.",
    ),
    "no province": (lambda offer: {"province": ""}, "province", "Choose your province or territory."),
    "an unknown province": (
        lambda offer: {"province": "XX"},
        "province",
        "Choose your province or territory from the list.",
    ),
    "another language": (lambda offer: {"language": "de"}, "language", "Choose English or French."),
    "no agreement": (
        lambda offer: {"consent": ""},
        "consent",
        "Tick the box to agree to the privacy policy; we need it to register you.",
    ),
    "no session": (lambda offer: {"sessions": []}, "sessions", "Choose at least one session."),
    "a choice of sessions that is no choice": (
        lambda offer: {"which": "none"},
        "which",
        "Choose all sessions, or single ones.",
    ),
    "a session of another series": (lambda offer: {"sessions": [offer.foreign.pk]}, "sessions", FROM_THE_LIST),
    "a session that was held": (lambda offer: {"sessions": [offer.held.pk]}, "sessions", FROM_THE_LIST),
    "a session that was cancelled": (lambda offer: {"sessions": [offer.cancelled.pk]}, "sessions", FROM_THE_LIST),
    "a session that is a draft": (lambda offer: {"sessions": [offer.draft.pk]}, "sessions", FROM_THE_LIST),
    "a negative session": (lambda offer: {"sessions": [-1]}, "sessions", FROM_THE_LIST),
    "a session and a half": (lambda offer: {"sessions": ["1.5"]}, "sessions", FROM_THE_LIST),
    "a huge session": (lambda offer: {"sessions": ["9" * 400]}, "sessions", FROM_THE_LIST),
    "a session in other digits": (lambda offer: {"sessions": ["١٢٣"]}, "sessions", FROM_THE_LIST),
    "a session with a NUL": (lambda offer: {"sessions": ["1\x00"]}, "sessions", FROM_THE_LIST),
    "a script as a session": (lambda offer: {"sessions": ["<script>"]}, "sessions", FROM_THE_LIST),
    "a form key that is no key": (lambda offer: {"form_key": "1"}, "form_key", ""),
    "no form key": (lambda offer: {"form_key": ""}, "form_key", ""),
    "a list as a form key": (lambda offer: {"form_key": ["a", "b"]}, "form_key", ""),
    "the trap filled in": (lambda offer: {"website": "https://spam.example"}, "website", "Leave this field empty."),
    "the trap filled with a novel": (lambda offer: {"website": "x" * 5000}, "website", ""),
    "a NUL in the name": (lambda offer: {"name": "Ama\x00"}, "name", ""),
    "a NUL in the address": (lambda offer: {"email": "a\x00@example.org"}, "email", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_value_is_refused_with_an_error_at_its_field(
    client: Client, offer: Offer, language: str, name: str
) -> None:
    change, field, sentence = REFUSED[name]
    before = counts()
    answer = client.post(register_url(offer.open), valid_form(offer) | change(offer))
    if answer.status_code != 422:  # too large to be shown by a GET
        answer = shown_again(client, answer)
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    if sentence:
        assert errors[field] == [gettext(sentence)]
    page = answer.content.decode()
    for said in errors[field]:
        assert_shown(page, said)
    assert_no_markup_of_ours(page)
    assert counts() == before


def assert_shown(page: str, sentence: str) -> None:
    """Assert that the page displays this sentence, escaped, and an error summary."""
    assert 'class="error-summary"' in page
    assert escape(sentence) in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the enrollment key. You find it on the page of the series or in your invitation."),
        ("x" * 41, "A key is shorter: it has at most 40 characters."),
        ("LTC\r\n2122", CONTROL),
        (
            "<script>alert(1)</script>",
            WRONG_KEY,
        ),
        (
            "' OR 1=1 --",
            WRONG_KEY,
        ),
        (
            "%s%n{0.__class__}",
            WRONG_KEY,
        ),
        (
            "—",
            WRONG_KEY,
        ),
        ("LTC2122\x00", ""),
    ],
)
def test_hostile_key_is_refused_with_a_sentence(
    client: Client, offer: Offer, language: str, typed: str, sentence: str
) -> None:
    before = counts()
    answer = client.post(
        register_url(offer.keyed), valid_form(offer) | {"which": "all", "sessions": [], "enrollment_key": typed}
    )
    answer = shown_again(client, answer)
    errors = answer.context["form"].errors
    assert list(errors) == ["enrollment_key"]
    if sentence:
        assert errors["enrollment_key"] == [gettext(sentence)]
    assert_no_markup_of_ours(answer.content.decode())
    assert counts() == before


def test_two_dates_of_a_choose_one_series_are_refused(client: Client, offer: Offer, language: str) -> None:
    before = counts()
    both = [row.pk for row in offer.choices]
    answer = client.post(register_url(offer.choice), valid_form(offer) | {"sessions": both})
    assert list(shown_again(client, answer).context["form"].errors) == ["sessions"]
    assert counts() == before
