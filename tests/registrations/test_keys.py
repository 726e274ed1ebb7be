"""The page "I have a key", and the check of a key while the form is being filled in."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.throttles import KEY_FAILURES_PER_NETWORK
from sessions.models import Series
from tests.builders import Programme
from tests.refused import shown_again
from tests.registrations.forms import WRONG_KEY

pytestmark = pytest.mark.django_db

OTHER = "This key opens another series: Series heart-cop."
GO_ON = "Ask ltc@example.org for another one. Already enrolled? Sign in, and you need no key."
OPENS, CLOSED = dt.datetime(2050, 1, 5, 17, tzinfo=dt.UTC), dt.datetime(2020, 12, 10, 5, tzinfo=dt.UTC)
REFUSED = {
    "": "Type the enrollment key. You find it on the page of the series or in your invitation.",
    "NOPE": WRONG_KEY,
    "OLD": f"This key was valid until Thursday, December 10, 2020, 12:00 am ET. {GO_ON}",
    "SOON": "This key is valid from Wednesday, January 5, 2050, 12:00 pm ET on.",
    "FULL": f"This key has been used as many times as it can be. {GO_ON}",
    "DRAFT": WRONG_KEY,
}


@pytest.fixture
def keyed(programme: Programme) -> Series:
    """Create a series with a key in each state, another series with a key, and a draft. Return the first one."""
    series, _sessions = programme.open_series("ltc-cop", registration_mode="key")
    other, _others = programme.open_series("heart-cop", registration_mode="key")
    draft = programme.series("in-work", state="draft", registration_mode="key")
    programme.national.contact_email = "ltc@example.org"
    programme.national.save()
    programme.key(series, "LTC2122")
    programme.key(series, "OLD", closes_at=CLOSED)
    programme.key(series, "SOON", opens_at=OPENS)
    programme.key(series, "FULL", max_uses=0)
    programme.key(other, "HEART 22")
    programme.key(draft, "DRAFT")
    return series


WITH_LABEL = ["Clé : LTC2122", "Clé\u00a0: LTC2122", "cle:LTC2122", "Key: ltc 2122", "Enrollment key: LTC2122"]


def find(client: Client, typed: str) -> Any:
    return client.post(reverse("have_key"), {"enrollment_key": typed})


def checked(client: Client, typed: str, slug: str = "ltc-cop") -> str:
    """Return the text that the page displays beside the field when the visitor leaves it."""
    answer = client.post(reverse("check_key", kwargs={"slug": slug}), {"enrollment_key": typed})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("typed", ["LTC2122", "ltc 2122", "ltc-2l22", " LTC–2122 ", *WITH_LABEL])
def test_key_redirects_to_the_form_of_its_series_and_is_filled_in(client: Client, keyed: Series, typed: str) -> None:
    answer = find(client, typed)
    assert answer.status_code == 303
    assert answer["Location"] == f"{reverse('register', kwargs={'slug': 'ltc-cop'})}?key=LTC2122"
    assert 'value="LTC2122"' in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("typed", REFUSED)
def test_invalid_key_is_refused_with_its_reason(client: Client, keyed: Series, typed: str) -> None:
    errors = shown_again(client, find(client, typed)).context["form"].errors
    assert list(errors) == ["enrollment_key"]
    assert [" ".join(error.split()) for error in errors["enrollment_key"]] == [REFUSED[typed]]


@pytest.mark.parametrize("typed", [key for key in REFUSED if key])
def test_invalid_key_is_reported_before_the_form_is_submitted(client: Client, keyed: Series, typed: str) -> None:
    said = checked(client, typed)
    assert f"{escape(REFUSED[typed])}</span>" in said
    assert "<input" not in said, "what is being typed is left alone"


def test_check_of_a_valid_key_displays_its_series(client: Client, keyed: Series) -> None:
    said = checked(client, "ltc 2122")
    assert "This key opens “Series ltc-cop”." in said
    assert 'value="ltc 2122"' in said
    assert "aria-invalid" not in said


def test_check_of_an_empty_key_displays_nothing(client: Client, keyed: Series) -> None:
    assert checked(client, "") == ""


def test_key_of_another_series_displays_a_link_to_that_series(client: Client, keyed: Series) -> None:
    there = f'<a href="{reverse("register", kwargs={"slug": "heart-cop"})}?key=HEART%2022">'
    sent = client.post(reverse("register", kwargs={"slug": "ltc-cop"}), {"enrollment_key": "heart22"})
    sent = shown_again(client, sent)
    for said in (checked(client, "heart22"), sent.content.decode()):
        assert OTHER in said
        assert there in said
    assert find(client, "heart22")["Location"].endswith("?key=HEART+22")


def test_key_check_is_not_found_for_a_series_without_a_key(client: Client, keyed: Series, programme: Programme) -> None:
    programme.open_series("psw-cop")
    for slug in ("psw-cop", "in-work", "nothing"):
        assert client.post(reverse("check_key", kwargs={"slug": slug}), {"enrollment_key": "X"}).status_code == 404


def test_wrong_keys_count_on_every_page_and_valid_keys_never_count(client: Client, keyed: Series) -> None:
    for _number in range(40):
        assert find(client, "LTC2122").status_code == 303
        assert "opens" in checked(client, "LTC2122")
        assert "another series" in checked(client, "HEART22")
    for number in range(KEY_FAILURES_PER_NETWORK.tries):
        assert WRONG_KEY in checked(client, f"GUESS{number}")
        assert shown_again(client, find(client, f"GUESS-{number}")).context["form"].errors == {
            "enrollment_key": [WRONG_KEY]
        }
    throttled = "Too many wrong keys were typed from here. Wait an hour, or open the link you were sent."
    assert throttled in checked(client, "ONE-MORE")
    assert shown_again(client, find(client, "ONE-MORE")).context["form"].errors == {"enrollment_key": [throttled]}
    assert "opens" in checked(client, "LTC2122")
    assert find(client, "LTC2122").status_code == 303


def test_key_page_is_linked_three_times_from_the_home_page(client: Client, keyed: Series) -> None:
    for language, address in (("en", "/en/key/"), ("fr", "/fr/cle/")):
        home = client.get(f"/{language}/").content.decode()
        links = re.findall(f'<a [^>]*href="{address}"', home)
        assert len(links) == 3, "menu, beside the list, footer"
        assert client.get(address).status_code == 200


def test_key_of_another_series_is_looked_up_once(client: Client, programme: Programme) -> None:
    series, _sessions = programme.open_series("ltc-cop", registration_mode="key")
    other, _others = programme.open_series("heart-cop", registration_mode="key")
    programme.key(other, "HEART22")
    with CaptureQueriesContext(connection) as asked:
        page = client.post(reverse("check_key", kwargs={"slug": series.slug}), {"enrollment_key": "heart 22"})
    assert "This key opens another series: Series heart-cop." in page.content.decode()
    assert reverse("register", kwargs={"slug": other.slug}) in page.content.decode()
    assert len([one for one in asked if 'FROM "echo_sessions_enrollmentkey"' in one["sql"]]) == 1


@pytest.mark.parametrize(
    ("key", "refusal", "filled_in"),
    [
        ("OLD", REFUSED["OLD"], False),
        ("SOON", REFUSED["SOON"], False),
        ("FULL", REFUSED["FULL"], False),
        ("LTC2122", "", True),
        ("NOPE", "", True),
        ("HEART 22", "", True),
    ],
)
def test_form_fills_in_the_key_of_its_address_or_displays_why_it_is_refused(
    client: Client, keyed: Series, key: str, refusal: str, filled_in: bool
) -> None:
    page = client.get(reverse("register", kwargs={"slug": keyed.slug}), {"key": key})
    text = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert page.context["key_refusal"].replace("\N{NO-BREAK SPACE}", " ") == refusal
    assert ("Filled in for you." in text, f"Error: </span>{refusal}</span>" in text) == (filled_in, refusal != "")
    assert f'value="{key}"' in text
