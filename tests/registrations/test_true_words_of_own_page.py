""" "My sessions" and the email about a left waiting list say only what is true in the person's situation."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


def page_of(client: Client, person: Person) -> str:
    answer = client.get(reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)}))
    return " ".join(answer.content.decode().split())


def before(session: Session, minutes: int) -> time_machine.travel:
    assert session.starts_at is not None
    return time_machine.travel(session.starts_at - dt.timedelta(minutes=minutes))


def test_person_with_a_live_session_only_has_the_links_and_no_empty_heading(
    client: Client, programme: Programme, people: People
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    shown = ("Coming up", "The room is open", "See other sessions")
    page = page_of(client, people.ama)
    assert [words in page for words in shown] == [True, False, True]
    with before(session, 5):
        page = page_of(client, people.ama)
    assert [words in page for words in shown] == [False, True, True]
    assert reverse("subscribe", kwargs={"token": token_for(people.ama, MANAGE)}) in page


def test_link_of_another_person_does_not_lead_to_the_profile_of_the_signed_in_person(
    client: Client, people: People
) -> None:
    words = f"This page belongs to {people.ama.email}. You are signed in as {people.luc.email}."
    profile = f'<a href="{reverse("profile")}">Change my details'

    def shown() -> tuple[bool, bool]:
        page = page_of(client, people.ama)
        return words in page.partition("Coming up")[0], profile in page

    assert shown() == (False, True)
    client.force_login(people.ama)
    assert shown() == (False, True)
    client.force_login(people.luc)
    assert shown() == (True, False)


def test_page_says_that_an_email_tells_the_list_of_a_free_place(
    client: Client, programme: Programme, people: People
) -> None:
    session = programme.session(programme.series("small"), 1, capacity=1)
    enroll(people.luc, session.series, session)
    enroll(people.ama, session.series, session)
    words = "first person who asks: an email tells the whole list of it, and this page, too."
    assert words not in page_of(client, people.ama)
    with before(session, 60):
        assert words in " ".join(page_of(client, people.ama).split())


def test_past_session_says_who_only_waited(client: Client, programme: Programme, people: People) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1)
    enroll(people.luc, series, session)
    enroll(people.ama, series, session)
    words = "You were on the waiting list, and no place became free."
    assert words not in page_of(client, people.ama)
    with before(session, -24 * 60):
        assert (words in page_of(client, people.ama), words in page_of(client, people.luc)) == (True, False)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    with before(session, -24 * 60):
        assert words not in page_of(client, people.ama)


def test_cancelled_session_of_the_past_is_marked(client: Client, programme: Programme, people: People) -> None:
    series, (session, held) = programme.open_series(sessions=2)
    enroll(people.ama, series, session, held)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    with before(held, -24 * 60):
        assert page_of(client, people.ama).count('<span class="tag tag--warn">Cancelled</span>') == 1


def test_people_who_are_signed_in_are_not_told_that_they_need_no_account(
    client: Client, programme: Programme, people: People
) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    page = reverse("session", kwargs={"session": session.public_id})
    assert "No account needed." in client.get(page).content.decode()
    client.force_login(people.stranger, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert "No account needed" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (3 * 24 * 60, "You can come back, at the end of the list."),
        (60, "You can come back. A place that becomes free goes to the first person who asks."),
    ],
)
def test_email_about_a_left_waiting_list_says_how_free_places_are_given(
    programme: Programme, people: People, minutes: int, sentence: str
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    Session.objects.filter(pk=session.pk).update(capacity=1)
    session.refresh_from_db()
    with before(session, minutes):
        enroll(people.luc, series, session)
        (waiting,) = enroll(people.ama, series, session)
        actions.leave_session(registration=waiting, by=people.ama)
        email = preview(Message.objects.get(kind="left"), "en", scope_ids=None)
    assert [one for one in email.text.splitlines() if one.startswith("You can come back")] == [sentence]
