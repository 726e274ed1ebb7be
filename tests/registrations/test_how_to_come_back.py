"""The email about a place that was given back says how the person can come back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

WHILE_PLACES = "You can come back while there are places."
AT_ANY_TIME = "You can come back at any time."
FULL = "The session is full: you can come back, at the end of the waiting list."
FULL_AND_CLOSED = (
    "The session is full: you can come back on the waiting list. "
    "A place that becomes free goes to the first person who asks."
)
WITH_KEY = "To come back, you need a key of the series: its registration form asks for it."
SOME_FULL = "You can come back; where a session is full, you go to the end of its waiting list."


def email_to_ama(people: People, language: str = "en") -> str:
    message = Message.objects.filter(kind="left", person_id=people.ama.pk).latest("pk")
    return " ".join(preview(message, language, scope_ids=None).text.split())


@pytest.fixture
def session(programme: Programme, people: People) -> Session:
    """Return a session in which Ama has a place."""
    session = programme.session(programme.series("small"), 1)
    enroll(people.ama, session.series, session)
    return session


def ama_leaves(people: People, session: Session) -> None:
    row = Registration.objects.get(person=people.ama, session=session)
    actions.leave_session(registration=row, by=people.staff)


def test_email_offers_a_session_without_a_limit_at_any_time(people: People, session: Session) -> None:
    ama_leaves(people, session)
    text = email_to_ama(people)
    assert (AT_ANY_TIME in text, WHILE_PLACES in text) == (True, False)
    assert "Vous pouvez revenir en tout temps." in email_to_ama(people, "fr")


def test_email_offers_a_session_with_free_places_while_there_are_any(people: People, session: Session) -> None:
    Session.objects.update(capacity=1)
    ama_leaves(people, session)
    text = email_to_ama(people)
    assert (WHILE_PLACES in text, "full" in text) == (True, False)


def test_email_offers_the_waiting_list_of_a_full_session(people: People, session: Session) -> None:
    Session.objects.update(capacity=1)
    enroll(people.luc, session.series, session)
    ama_leaves(people, session)
    text = email_to_ama(people)
    assert (FULL in text, WHILE_PLACES in text) == (True, False)
    french = email_to_ama(people, "fr").replace("\u00a0", " ")
    assert "La séance est complète : vous pouvez revenir, à la fin de la liste d’attente." in french


def test_email_explains_a_waiting_list_that_no_longer_moves_up(people: People, session: Session) -> None:
    Session.objects.update(capacity=1, promote_until_minutes=28 * 24 * 60)
    ama_leaves(people, session)
    enroll(people.luc, session.series, session)
    assert FULL_AND_CLOSED in email_to_ama(people)


def test_email_about_several_sessions_mentions_full_ones(people: People, programme: Programme) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2)
    Session.objects.filter(pk=sessions[0].pk).update(capacity=1)
    enroll(people.ama, series, *sessions)
    enroll(people.luc, series, sessions[0])
    actions.leave_series(person=people.ama, series=series, by=people.ama)
    text = email_to_ama(people)
    assert (SOME_FULL in text, WHILE_PLACES in text) == (True, False)


def enroll_with_key(
    person: Person, series: Series, sessions: list[Session], programme: Programme
) -> list[Registration]:
    series.registration_mode = "key"
    series.save()
    return enroll(person, series, *sessions, key=programme.key(series, "ONCE", max_uses=1))


@pytest.mark.parametrize("whole", [False, True])
def test_email_about_a_series_with_a_key_says_that_a_key_is_needed(
    client: Client, people: People, programme: Programme, whole: bool
) -> None:
    series, sessions = programme.open_series("ltc-cop", sessions=2)
    first, second = enroll_with_key(people.ama, series, sessions, programme)
    pages = []
    for row in (first, second):
        token = token_for(people.ama, MANAGE)
        page = client.get(reverse("leave_session", kwargs={"token": token, "registration": row.public_id}))
        pages.append(WITH_KEY in page.content.decode())
        if not whole:
            actions.leave_session(registration=row, by=people.ama)
    if whole:
        actions.leave_series(person=people.ama, series=series, by=people.ama)
    assert pages == [False, not whole], "the enrollment ends with its last place"
    text = email_to_ama(people)
    assert (AT_ANY_TIME in text, WITH_KEY in text) == (False, True)
    assert "Pour revenir, il vous faut une clé de la série" in email_to_ama(people, "fr")


def test_email_needs_no_key_while_the_person_stays_in_the_series(people: People, programme: Programme) -> None:
    series, sessions = programme.open_series("ltc-cop", sessions=2)
    row, _kept = enroll_with_key(people.ama, series, sessions, programme)
    actions.leave_session(registration=row, by=people.ama)
    text = email_to_ama(people)
    assert (AT_ANY_TIME in text, WITH_KEY in text) == (True, False)
