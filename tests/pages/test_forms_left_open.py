"""A form that was open while the person signed in or out in another tab can still be submitted."""

from __future__ import annotations

from typing import Any

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


PROFILE = ("name", "email", "province", "profession", "language", "time_zone")


def profile(person: Person) -> dict[str, object]:
    row = Person.objects.get(pk=person.pk)
    return {name: getattr(row, name) for name in PROFILE}


@pytest.fixture
def marc(session: Session) -> dict[str, str]:
    """Return the values of a form that was filled in for Marc before another person signed in."""
    return form(
        sessions=[session.pk],
        email="marc@example.org",
        name="Marc Leblanc",
        province="AB",
        zone_ab="America/Edmonton",
        news="on",
    )


def test_form_for_somebody_else_registers_nobody_however_often_it_is_sent(
    client: Client, marc: dict[str, str], people: People
) -> None:
    client.force_login(people.ama)
    before = profile(people.ama)
    for sent in (marc, marc | {"instead": "luc@example.org"}):
        page = shown_again(client, client.post(address(), sent))
        sentence = (
            "This browser is now signed in as ama@example.org, and the form was filled in for marc@example.org. "
            "Nobody is registered yet: choose one of the two."
        )
        assert page.context["form"].non_field_errors() == [sentence]
        text = page.content.decode()
        assert 'value="Marc Leblanc"' in text
        assert '<input type="hidden" name="email" value="marc@example.org">' in text
    assert not Registration.objects.exists()
    assert profile(people.ama) == before


def test_form_for_somebody_else_keeps_its_address_in_the_other_language(
    client: Client, marc: dict[str, str], people: People
) -> None:
    client.force_login(people.ama)
    page = shown_again(client, client.post(address(), marc | {"keep": "en"}))
    text = page.content.decode()
    assert '<input type="hidden" name="email" value="marc@example.org">' in text
    assert 'name="sign_out"' in text


def test_person_signs_out_and_keeps_the_form_for_somebody_else(
    client: Client, marc: dict[str, str], people: People
) -> None:
    client.force_login(people.ama)
    before = profile(people.ama)
    page = shown_again(client, client.post(address(), marc | {"sign_out": "1"}))
    assert not page.wsgi_request.user.is_authenticated
    assert not Registration.objects.exists()
    typed = page.context["form"]
    assert {name: typed[name].value() for name in ("name", "email", "province")} == {
        "name": "Marc Leblanc",
        "email": "marc@example.org",
        "province": "AB",
    }
    assert typed.errors == {}
    assert client.post(address(), marc).status_code == 302
    assert list(Registration.objects.values_list("person__name", flat=True)) == ["Marc Leblanc"]
    assert profile(people.ama) == before


def test_person_registers_themselves_instead_with_their_own_details(
    client: Client, marc: dict[str, str], people: People
) -> None:
    client.force_login(people.ama)
    before = profile(people.ama)
    assert client.post(address(), marc | {"instead": people.ama.email}).status_code == 302
    assert list(Registration.objects.values_list("person__email", flat=True)) == [people.ama.email]
    assert profile(people.ama) == before
    assert list(people.ama.consents.values_list("kind", flat=True)) == ["privacy"]


def test_person_without_a_profession_is_asked_for_their_own(
    client: Client, marc: dict[str, str], people: People
) -> None:
    client.force_login(people.stranger)
    page = shown_again(client, client.post(address(), marc | {"instead": people.stranger.email}))
    assert page.context["form"].errors == {"profession": ["Choose your profession."]}, (
        "the zone is that of their emails"
    )
    text = page.content.decode()
    assert 'value="Sam Stranger"' in text
    assert '<input type="hidden" name="email" value="stranger@example.org">' in text


def test_form_that_a_guest_opened_changes_no_profile(client: Client, session: Session, people: People) -> None:
    before = profile(people.ama)
    sent = form(sessions=[session.pk], email=" AMA@example.org", name="Denise Roy", province="AB", language="fr")
    client.force_login(people.ama)
    page = client.post(address(), sent, follow=True)
    assert [str(one) for one in page.context["messages"]] == [
        "You signed in after opening the form, so the details in your profile were used. Correct them in “My details”."
    ]
    assert list(Registration.objects.values_list("person__email", "form_name")) == [(people.ama.email, "")]
    assert profile(people.ama) == before


def test_form_that_a_guest_opened_adds_what_the_profile_lacks(client: Client, session: Session, people: People) -> None:
    sent = form(sessions=[session.pk], email=people.stranger.email, province="ON", zone_on="America/Atikokan")
    client.force_login(people.stranger)
    assert client.post(address(), sent).status_code == 302
    assert profile(people.stranger) == {
        "name": "Sam Stranger",
        "email": "stranger@example.org",
        "province": "ON",
        "profession": "PSW",
        "language": "en",
        "time_zone": "America/Atikokan",
    }


def test_form_of_a_guest_fills_the_profile_that_signing_in_has_created(
    client: Client, session: Session, people: People
) -> None:
    new = people.make("elodie@example.org", "")
    client.force_login(new)
    page = client.post(address(), form(sessions=[session.pk]), follow=True)
    assert not list(page.context["messages"])
    assert profile(new) == {
        "name": "Élodie Tremblay",
        "email": "elodie@example.org",
        "province": "QC",
        "profession": "PSW",
        "language": "fr",
        "time_zone": "America/Toronto",
    }


def test_form_opened_while_signed_in_changes_the_profile(client: Client, session: Session, people: People) -> None:
    client.force_login(people.ama)
    opened = client.get(address()).content.decode()
    assert f'<input type="hidden" name="opened_for" value="{people.ama.email}">' in opened
    sent = form(sessions=[session.pk], email=people.ama.email, opened_for=people.ama.email, name="Ama O.")
    assert client.post(address(), sent).status_code == 302
    assert profile(people.ama)["name"] == "Ama O."


def test_form_is_accepted_for_its_address_after_the_person_has_signed_out(
    client: Client, session: Session, people: People
) -> None:
    assert client.post(address(), form(sessions=[session.pk], email=people.ama.email)).status_code == 302
    assert list(Registration.objects.values_list("person__email", flat=True)) == [people.ama.email]
    assert Person.objects.get().name == "Ama Okpik"


def test_details_opened_for_one_person_are_not_saved_for_another(client: Client, people: People) -> None:
    client.force_login(people.ama)
    opened = client.get(reverse("profile"))
    sent = {name: value or "" for name, value in opened.context["form"].initial.items()}
    client.force_login(people.luc)
    before = profile(people.luc)
    fields = sent | {"name": "Ama Okpik", "opened_for": people.ama.email}
    answer = client.post(reverse("profile"), fields, follow=True)
    assert "signed in as luc@example.org" in answer.content.decode()
    assert profile(people.luc) == before
    assert f'name="opened_for" value="{people.ama.email}"' in opened.content.decode()


@pytest.mark.parametrize("name", ["profile", "register_team", "ask_for_attendance"])
def test_form_sent_after_signing_out_says_that_nothing_was_saved(
    client: Client, session: Session, people: People, name: str
) -> None:
    about: dict[str, dict[str, Any]] = {
        "profile": {},
        "register_team": {"slug": "psw-cop"},
        "ask_for_attendance": {"session": session.public_id},
    }
    here, says = reverse(name, kwargs=about[name]), "You were signed out, so nothing was saved. Sign in again."
    assert says not in client.get(here, follow=True).content.decode()
    answer = client.post(here, {"name": "Ama O."}, follow=True)
    assert answer.redirect_chain == [(f"{reverse('sign_in')}?next={here}", 302)]
    assert says in answer.content.decode()


def test_refused_details_of_one_person_are_not_displayed_to_another(client: Client, people: People) -> None:
    client.force_login(people.ama)
    refused = client.post(reverse("profile"), {"name": "", "community": "Iqaluit", "opened_for": people.ama.email})
    client.cookies.pop("session")
    client.force_login(people.luc)
    answer = client.get(refused["Location"], follow=True)
    assert answer.redirect_chain == [(reverse("profile"), 302)]
    assert "Iqaluit" not in answer.context["form"]["community"].value()
