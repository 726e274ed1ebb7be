"""A form that was open while the person signed in or out in another tab can still be submitted."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

OWN_SITE = [{"origin": "http://testserver"}, {"sec-fetch-site": "same-origin", "origin": "null"}]
OTHER_SITES = [
    {},
    {"origin": "https://testserver"},
    {"origin": "http://testserver:81"},
    {"origin": "null"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
]


@pytest.fixture
def session(programme: Programme) -> Session:
    return programme.open_series("psw-cop", sessions=1)[1][0]


@pytest.fixture
def browser() -> Client:
    """Return a browser whose CSRF token has changed since the page was loaded."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["csrf"] = "x" * 32
    return browser


def address() -> str:
    return reverse("register", kwargs={"slug": "psw-cop"})


@pytest.mark.parametrize("headers", OWN_SITE)
def test_form_is_accepted_after_the_same_person_has_signed_in(
    browser: Client, session: Session, people: People, headers: dict[str, str]
) -> None:
    browser.force_login(people.ama)
    sent = form(sessions=[session.pk], email=people.ama.email, csrfmiddlewaretoken="y" * 64)
    assert browser.post(address(), sent, headers=headers).status_code == 302
    assert list(Registration.objects.values_list("person__email", flat=True)) == [people.ama.email]


@pytest.mark.parametrize("headers", OTHER_SITES)
def test_form_sent_by_another_site_is_refused(
    browser: Client, session: Session, people: People, headers: dict[str, str]
) -> None:
    browser.force_login(people.ama)
    sent = form(sessions=[session.pk], email=people.ama.email, csrfmiddlewaretoken="y" * 64)
    assert browser.post(address(), sent, headers=headers).status_code == 403
    assert not Registration.objects.exists()


def test_form_asks_for_confirmation_if_another_person_is_now_signed_in(
    client: Client, session: Session, people: People
) -> None:
    client.force_login(people.ama)
    sent = form(sessions=[session.pk])
    page = shown_again(client, client.post(address(), sent))
    sentence = (
        "This browser is now signed in as ama@example.org. Send the form again to register them, "
        "or sign out to register elodie@example.org."
    )
    assert page.context["form"].non_field_errors() == [sentence]
    text = page.content.decode()
    assert 'value="Élodie Tremblay"' in text
    assert '<input type="hidden" name="email" value="ama@example.org">' in text
    assert not Registration.objects.exists()
    assert client.post(address(), sent | {"email": people.ama.email}).status_code == 302
    assert list(Registration.objects.values_list("person__email", flat=True)) == [people.ama.email]


def test_form_is_accepted_for_its_address_after_the_person_has_signed_out(
    client: Client, session: Session, people: People
) -> None:
    assert client.post(address(), form(sessions=[session.pk], email=people.ama.email)).status_code == 302
    assert list(Registration.objects.values_list("person__email", flat=True)) == [people.ama.email]
    assert Person.objects.get().name == "Ama Okpik"
