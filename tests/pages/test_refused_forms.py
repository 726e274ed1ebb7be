"""A refused form redirects (303) to a page that displays it again: Back and reload work, and no row is saved."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from echo_portal.lib.personal_cookies import REFUSED_FORM
from hubs.models import Hub
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import WRONG_KEY, form
from tests.registrations.hostile import counts

pytestmark = pytest.mark.django_db

EMPTY_NAME = "Write your name."


@pytest.fixture
def here(programme: Programme) -> str:
    programme.open_series("ltc-cop", registration_mode="key")
    return f"{reverse('register', kwargs={'slug': 'ltc-cop'})}?profession=RN"


def typed(**changes: Any) -> dict[str, Any]:
    return form(which="all", name="", enrollment_key="NOPE") | changes


def test_refused_form_is_displayed_each_time_its_page_is_loaded(client: Client, here: str) -> None:
    before = counts()
    answer = client.post(here, typed())
    assert answer["Location"].startswith(f"{here}&again=")
    for _load in range(2):
        page = shown_again(client, answer)
        errors = {
            "name": [EMPTY_NAME],
            "enrollment_key": [WRONG_KEY],
        }
        assert page.context["form"].errors == errors
        assert "<title>Error:" in page.content.decode()
        assert 'value="elodie@example.org"' in page.content.decode()
        assert page["Cache-Control"] == "no-store, private"
    assert counts() == before


def test_refused_form_is_empty_in_another_browser_and_at_the_forms_own_url(client: Client, here: str) -> None:
    answer = client.post(here, typed())
    for browser, address in ((Client(), answer["Location"]), (client, here), (client, f"{here}&again=forged")):
        page = browser.get(address)
        assert not page.context["form"].errors
        assert "elodie@example.org" not in page.content.decode()


def test_refused_form_is_encrypted_in_its_cookie(client: Client, here: str) -> None:
    cookie = client.post(here, typed()).cookies[REFUSED_FORM]
    assert "elodie" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)
    client.cookies[REFUSED_FORM] = cookie.value[:-4] + "AAAA"
    assert not client.get(client.post(here, typed())["Location"].replace("again=", "again=x")).context["form"].errors


def test_form_too_large_for_a_cookie_is_displayed_without_a_redirect(client: Client, here: str) -> None:
    for key in (secrets.token_urlsafe(5000), "x" * 50_000):
        answer = client.post(here, typed(enrollment_key=key))
        assert answer.status_code == 422
        assert answer.context["form"].errors["name"] == [EMPTY_NAME]


def test_each_tab_displays_its_own_refused_form(client: Client, programme: Programme, here: str) -> None:
    series, _sessions = programme.open_series("psw-cop", sessions=13)
    there = reverse("register", kwargs={"slug": series.slug})
    answers = [client.post(here, typed(email="ama@example.org")), client.post(there, typed(email="bo@example.org"))]
    answers.append(client.post(there, typed(email="cy@example.org", profession="")))
    for answer, email in zip(answers, ("ama", "bo", "cy"), strict=True):
        page = shown_again(client, answer)
        assert page.context["form"]["email"].value() == f"{email}@example.org"
        assert page.context["form"].errors["name"] == [EMPTY_NAME]


def test_refused_form_that_does_not_fit_with_the_others_replaces_the_oldest(client: Client, here: str) -> None:
    large = [typed(email=f"{number}@example.org", enrollment_key=secrets.token_urlsafe(900)) for number in range(3)]
    answers = [client.post(here, values) for values in large]
    kept = [client.get(answer["Location"]).context["form"]["email"].value() for answer in answers]
    assert kept == [None, "1@example.org", "2@example.org"]


def test_refused_form_is_forgotten_after_an_hour(client: Client, here: str) -> None:
    with time_machine.travel(dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC), tick=False) as clock:
        first = client.post(here, typed())
        clock.shift(dt.timedelta(minutes=59))
        second = client.post(here, typed())
        assert shown_again(client, first).context["form"].errors
        clock.shift(dt.timedelta(minutes=2))
        assert not client.get(first["Location"]).context["form"].errors
        assert client.get(second["Location"]).context["form"].errors


def test_refused_form_displays_its_errors_in_the_other_language(client: Client, here: str) -> None:
    answer = client.post(here, typed())
    french = client.get(answer["Location"].replace("/en/series/ltc-cop/register/", "/fr/series/ltc-cop/inscription/"))
    assert french.context["form"].errors == {"name": ["Écrivez votre nom."]}


@pytest.mark.parametrize("name", ["propose", "partner", "interest", "register", "sign_in"])
def test_errors_are_listed_in_the_order_of_the_page(client: Client, here: str, programme: Programme, name: str) -> None:
    Hub.objects.update(accepts_proposals=True)
    url = here if name == "register" else reverse(name)
    answer = client.post(url, {"form_key": uuid.uuid4()})
    page = (answer if answer.status_code == 422 else shown_again(client, answer)).content.decode()
    summary, rest = page.split('class="error-summary"')[1].split("</ul>", 1)
    linked = re.findall(r'href="#([^"]+)"', summary)
    places = [rest.index(f'id="{one}"') for one in linked]
    assert len(places) == {"propose": 10, "partner": 7, "interest": 6, "register": 8, "sign_in": 1}[name]
    assert places == sorted(places)


def test_every_refused_public_form_is_displayed_by_a_get(client: Client, programme: Programme, people: People) -> None:
    refused = {"sign_in": ({"email": "ama"}, "email"), "have_key": ({"enrollment_key": "NOPE"}, "enrollment_key")}
    for name, (values, field) in refused.items():
        assert list(shown_again(client, client.post(reverse(name), values)).context["form"].errors) == [field]
    client.post(reverse("sign_in"), {"email": people.ama.email})
    assert list(shown_again(client, client.post(reverse("sign_in_code"), {"code": "1"})).context["form"].errors) == [
        "code"
    ]
    client.force_login(people.ama)
    page = shown_again(client, client.post(reverse("profile"), {"name": "", "community": "Iqaluit", "language": "en"}))
    assert page.context["form"].errors == {"name": [EMPTY_NAME]}
    assert 'value="Iqaluit"' in page.content.decode()
    assert client.post(reverse("sign_out")).cookies[REFUSED_FORM].value == ""
