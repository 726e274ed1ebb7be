"""Signed-in people are told for which sessions they were already registered; visitors who type an address are not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import give_consent
from accounts.links import MANAGE, token_for
from accounts.models import ConsentKind
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

ALREADY = {"en": "You were already registered for: ", "fr": "Votre inscription était déjà faite pour : "}
NOTHING_NEW = {"en": "You’re already registered", "fr": "Votre inscription était déjà faite"}
SIGN_IN = {"en": "Sign in with a code we email you", "fr": "Connectez-vous avec un code"}


def done_page(client: Client, *sessions: Session, email: str, opened_for: str = "") -> str:
    url = reverse("register", kwargs={"slug": "psw-cop"})
    sent = form(
        sessions=[row.pk for row in sessions],
        email=email,
        province="NU",
        zone_nu="America/Iqaluit",
        opened_for=opened_for,
    )
    answer = client.post(url, sent, follow=True)
    assert answer.redirect_chain
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_signed_in_person_reads_for_what_they_were_registered_already(
    client: Client, programme: Programme, people: People, language: str
) -> None:
    series, (first, second) = programme.open_series("psw-cop", sessions=2)
    enroll(people.ama, series, first)
    client.force_login(people.ama)
    own = {"email": people.ama.email, "opened_for": people.ama.email}
    with translation.override(language):
        page = done_page(client, first, second, **own)
        assert f"{ALREADY[language]}psw-cop 1." in page
        assert f"{NOTHING_NEW[language]} </h1>" not in page
        page = done_page(client, first, second, **own)
        assert f"<h1> {NOTHING_NEW[language]} </h1>" in page
        assert (ALREADY[language] in page, SIGN_IN[language] in page) == (False, False)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_visitor_does_not_learn_whether_an_address_is_registered(
    programme: Programme, people: People, language: str
) -> None:
    series, (first, second) = programme.open_series("psw-cop", sessions=2)
    enroll(people.ama, series, first)
    with translation.override(language):
        for email in (people.ama.email, "new@example.org"):
            page = done_page(Client(), first, second, email=email)
            assert (ALREADY[language] in page, NOTHING_NEW[language] in page, SIGN_IN[language] in page) == (
                False,
                False,
                True,
            )


def test_another_browser_does_not_read_what_was_registered_before(
    client: Client, programme: Programme, people: People
) -> None:
    series, (first,) = programme.open_series("psw-cop", sessions=1)
    enroll(people.ama, series, first)
    client.force_login(people.ama)
    sent = form(sessions=[first.pk], email=people.ama.email, opened_for=people.ama.email)
    address = client.post(reverse("register", kwargs={"slug": "psw-cop"}), sent)["Location"]
    assert [NOTHING_NEW["en"] in one.get(address).content.decode() for one in (client, Client())] == [True, False]


def test_one_press_for_a_session_that_the_person_has_says_so(
    client: Client, programme: Programme, people: People
) -> None:
    _series, (first,) = programme.open_series("psw-cop", sessions=1)
    give_consent(
        person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="test", at=timezone.now(), by_owner=True
    )
    client.force_login(people.ama)
    url = reverse("register_at_once", kwargs={"session": first.public_id})
    pages = [client.post(url, follow=True).content.decode() for _press in range(2)]
    assert ["You’re registered for “psw-cop 1”." in page for page in pages] == [True, False]
    assert ["You were already registered for “psw-cop 1”." in page for page in pages] == [False, True]


def test_title_on_my_sessions_leads_to_the_session(client: Client, programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2)
    sessions.append(programme.session(series, 3, days=-3))
    rows = enroll(people.ama, series, *sessions[:2])
    rows[1].session = sessions[2]
    rows[1].save()
    page = client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})).content.decode()
    found = {
        session.number: f'<a href="{reverse("session", kwargs={"session": session.public_id})}">{session.title}</a>'
        in page
        for session in sessions
    }
    assert found == {1: True, 2: False, 3: True}
