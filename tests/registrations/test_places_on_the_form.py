"""The registration form names the sessions in which a signed-in person has a place, and offers only the others."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Person
from registrations.models import Enrollment, Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form
from tests.registrations.zone_forms import options

pytestmark = pytest.mark.django_db

ALL_HELD = {
    "en": "You already have a place in all 2 sessions to come.",
    "fr": "Vous avez déjà une place dans les 2 séances à venir.",
}
ALL_OTHERS = {"en": "All 2 other sessions to come", "fr": "Les 2 autres séances à venir"}
INCLUDED = {"en": "Sessions that are added later are included.", "fr": "Les séances ajoutées plus tard sont comprises."}
REGISTERED = {"en": "Registered", "fr": "Inscription faite"}


def page_of(client: Client, language: str = "en", query: str = "") -> str:
    with override(language):
        answer = client.get(reverse("register", kwargs={"slug": "psw-cop"}) + query)
    return " ".join(answer.content.decode().split())


def offered(page: str) -> list[int]:
    """Return the IDs of the sessions that can be chosen."""
    return [
        int(found[0])
        for field in re.findall(r'<input[^>]*name="sessions"[^>]*>', page)
        if (found := re.findall(r'value="(\d+)"', field))
    ]


def pks(*sessions: Session) -> list[int]:
    return [row.pk for row in sessions]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_places_are_named_and_not_offered_again(
    client: Client, programme: Programme, people: People, language: str
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=3)
    enroll(people.ama, series, sessions[0])
    client.force_login(people.ama)
    page = page_of(client, language)
    assert (offered(page), page.count("tag--done")) == (pks(*sessions[1:]), 1)
    assert (ALL_OTHERS[language] in page, REGISTERED[language] in page) == (True, True)
    for other in (Client(), Client()):
        assert (offered(page_of(other)), "tag--done" in page_of(other)) == (pks(*sessions), False)
    client.force_login(people.luc)
    assert offered(page_of(client)) == pks(*sessions)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_person_with_all_places_reads_a_sentence_instead_of_the_form(
    client: Client, programme: Programme, people: People, language: str
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2)
    enroll(people.ama, series, *sessions)
    client.force_login(people.ama)
    page = page_of(client, language)
    with override(language):
        own = reverse("my_sessions")
    assert ALL_HELD[language] in page
    assert f'<a class="btn" href="{own}">' in page
    assert ('name="consent"' in page, offered(page)) == (False, [])


def test_last_other_session_is_registered_without_the_places(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2)
    enroll(people.ama, series, sessions[0])
    client.force_login(people.ama)
    assert offered(page_of(client)) == pks(sessions[1])
    sent = form(sessions=pks(sessions[1]), email=people.ama.email, opened_for=people.ama.email, which="")
    answer = client.post(reverse("register", kwargs={"slug": "psw-cop"}), sent, follow=True)
    assert [line["session"] for line in answer.context["sessions"]] == [sessions[1]]
    assert Registration.objects.registered().filter(person=people.ama).count() == 2


def test_ongoing_series_can_still_be_joined_for_later_sessions(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2, ongoing=True)
    enroll(people.ama, series, *sessions)
    client.force_login(people.ama)
    assert offered(page_of(client)) == pks(*sessions)
    enroll(people.ama, series, *sessions, whole=True)
    assert (offered(page_of(client)), ALL_HELD["en"] in page_of(client)) == ([], True)


@pytest.mark.parametrize("later", [False, True])
def test_last_other_session_covers_later_sessions_only_if_asked(
    client: Client, programme: Programme, people: People, later: bool
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2, ongoing=True)
    enroll(people.ama, series, sessions[0])
    client.force_login(people.ama)
    page = page_of(client)
    (which,) = re.findall(r'<input[^>]*name="which"[^>]*>', page)
    assert ('type="checkbox"' in which, " checked" in which) == (True, False)
    asked = {"which": "all"} if later else {"which": ""}
    sent = form(sessions=pks(sessions[1]), email=people.ama.email, opened_for=people.ama.email, **asked)
    client.post(reverse("register", kwargs={"slug": "psw-cop"}), sent)
    covers = Enrollment.objects.filter(person=people.ama, covers_later_sessions=True).exists()
    assert (Registration.objects.registered().filter(person=people.ama).count(), covers) == (2, later)


@pytest.mark.parametrize(("language", "sentence"), INCLUDED.items())
def test_only_session_of_an_ongoing_series_says_that_later_ones_are_included(
    client: Client, programme: Programme, language: str, sentence: str
) -> None:
    series, _sessions = programme.open_series("psw-cop", sessions=1, ongoing=True)
    said = [sentence in page_of(client, language)]
    type(series).objects.update(ongoing=False)
    assert [*said, sentence in page_of(client, language)] == [True, False]


def test_dates_with_the_same_content_stay_exchangeable(client: Client, programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2, choose_one=True)
    enroll(people.ama, series, sessions[0])
    client.force_login(people.ama)
    page = page_of(client)
    assert (offered(page), page.count("tag--done")) == (pks(*sessions), 1)


def test_zone_in_which_the_person_gets_emails_is_preselected(
    client: Client, programme: Programme, people: People
) -> None:
    programme.open_series("psw-cop")
    Person.objects.filter(pk=people.ama.pk).update(time_zone="", province="BC")
    client.force_login(people.ama)
    page = page_of(client)
    assert [name for name, selected in options(page, "bc") if selected] == ["America/Vancouver"]
    assert options(page, "nu")[0] == ("", True), "another province is asked about"
    assert options(page_of(Client()), "bc")[0] == ("", True), "a visitor's zone is not assumed"


def test_zone_outside_the_province_does_not_hide_the_zone_of_the_emails(
    client: Client, programme: Programme, people: People
) -> None:
    programme.open_series("psw-cop")
    Person.objects.filter(pk=people.ama.pk).update(time_zone="", province="BC")
    client.force_login(people.ama)
    client.cookies["zone"] = "America/Toronto"
    assert [name for name, selected in options(page_of(client), "bc") if selected] == ["America/Vancouver"]


def test_zone_of_the_province_is_stored_only_if_the_field_was_displayed(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series("psw-cop", sessions=3)
    Person.objects.filter(pk=people.ama.pk).update(time_zone="", province="BC")
    client.force_login(people.ama)
    stored = []
    for zone in ("", "America/Vancouver"):
        values = {"sessions": pks(sessions[0]), "email": people.ama.email, "opened_for": people.ama.email}
        client.post(reverse("register", kwargs={"slug": "psw-cop"}), form(**values, province="BC", zone_bc=zone))
        people.ama.refresh_from_db()
        stored.append(people.ama.time_zone)
    assert stored == ["", "America/Vancouver"]
