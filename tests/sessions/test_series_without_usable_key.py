"""The pages of a series say that a key is needed if the visitor would have to type one that no page displays."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from sessions.models import EnrollmentKey, Series, Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

NOTE = {
    "en": "You need an enrollment key, from your invitation or from the hub.",
    "fr": "Il faut une clé d’inscription : elle est dans votre invitation, ou le carrefour vous la donne.",
}
WITH = {"en": "With a key", "fr": "Avec une clé"}
ROW = {"en": "Register with a key", "fr": "S’inscrire avec une clé"}
WITHOUT = {"en": ("About a minute", "No account needed"), "fr": ("Environ une minute", "Aucun compte requis")}


@pytest.fixture
def keyed(programme: Programme) -> tuple[Series, list[Session], EnrollmentKey]:
    series, sessions = programme.open_series("ltc-cop", registration_mode="key")
    return series, sessions, programme.key(series, "LTC2122")


def pages(client: Client, series: Series, session: Session, language: str = "en", query: str = "") -> list[str]:
    """Return the texts of the page of the series and of that of the session."""
    with override(language):
        paths = [
            reverse("series", kwargs={"slug": series.slug}),
            reverse("session", kwargs={"session": session.public_id}),
        ]
    return [re.sub(r"[ \n]+", " ", client.get(path + query).content.decode()) for path in paths]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("when", [{"closes_at": -1}, {"opens_at": 1}])
def test_series_whose_only_key_cannot_be_used_says_that_a_key_is_needed(
    client: Client, keyed: tuple[Series, list[Session], EnrollmentKey], language: str, when: dict[str, int]
) -> None:
    series, sessions, key = keyed
    for page in pages(client, series, sessions[0], language):
        assert (NOTE[language] in page, ROW[language] in page) == (False, False)
    days = {name: timezone.now() + dt.timedelta(days=number) for name, number in when.items()}
    EnrollmentKey.objects.filter(pk=key.pk).update(**days)
    of_series, of_session = pages(client, series, sessions[0], language)
    assert (NOTE[language] in of_series, NOTE[language] in of_session) == (True, True)
    with override(language):
        assert ROW[language] in client.get(reverse("catalogue")).content.decode()
    assert [words in page for page in (of_series, of_session) for words in WITHOUT[language]] == [False] * 4


def test_visitor_with_a_key_and_enrolled_person_do_not_read_it(
    client: Client, keyed: tuple[Series, list[Session], EnrollmentKey], people: People
) -> None:
    series, sessions, key = keyed
    enroll(people.ama, series, sessions[0], key=key)
    EnrollmentKey.objects.filter(pk=key.pk).update(closes_at=timezone.now() - dt.timedelta(days=1))
    texts = pages(client, series, sessions[1], query="?key=HEART22")
    client.force_login(people.ama)
    texts += pages(client, series, sessions[1])
    assert [NOTE["en"] in page or ROW["en"] in page for page in texts] == [False] * 4
    client.force_login(people.luc)
    assert [NOTE["en"] in page for page in pages(client, series, sessions[1])] == [True, True]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_waiting_list_of_a_full_session_says_that_a_key_is_needed(
    client: Client, keyed: tuple[Series, list[Session], EnrollmentKey], people: People, language: str
) -> None:
    series, sessions, key = keyed
    Session.objects.filter(pk=sessions[0].pk).update(capacity=1)
    enroll(people.ama, series, sessions[0], key=key)
    said = [NOTE[language] in pages(client, series, sessions[0], language)[1]]
    EnrollmentKey.objects.filter(pk=key.pk).update(closes_at=timezone.now() - dt.timedelta(days=1))
    with override(language):
        said += [WITH[language] in client.get(reverse("catalogue")).content.decode()]
    said += [NOTE[language] in pages(client, series, sessions[0], language)[1]]
    assert said == [False, True, True]
