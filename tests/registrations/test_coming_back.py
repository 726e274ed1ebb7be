""" "My sessions": taking a place again, finding other sessions, and keeping the link of an email."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import revoke_links
from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db


def own(person: Person) -> str:
    return reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})


def back(person: Person, row: Registration) -> str:
    return reverse("return_to_session", kwargs={"token": token_for(person, MANAGE), "registration": row.public_id})


@pytest.fixture
def left(programme: Programme, people: People) -> Registration:
    """Return the registration of a place that Ama gave up, in a session with two places."""
    series, sessions = programme.open_series(sessions=2)
    Session.objects.update(capacity=2)
    row, _kept = enroll(people.ama, series, *sessions)
    return actions.leave_session(registration=row, by=people.ama)


def test_person_can_take_their_place_again_with_one_press(client: Client, left: Registration, people: People) -> None:
    page = client.get(own(people.ama)).content.decode()
    assert re.findall(r'<form method="post" action="([^"]+/return/[^"]+)">', page) == [back(people.ama, left)]
    for _press in range(2):
        answer = client.post(back(people.ama, left))
        assert answer["Location"] == own(people.ama)
    left.refresh_from_db()
    assert (left.state, left.cancelled_at) == ("registered", None)
    assert Message.objects.filter(kind="confirmation", dedupe_key__contains=":again:").count() == 1
    page = client.get(own(people.ama)).content.decode()
    assert "/return/" not in page
    assert "You’re registered for “psw-cop 1”." in page


def test_place_taken_again_by_an_emails_link_needs_no_confirmed_address(
    client: Client, left: Registration, people: People
) -> None:
    Person.objects.filter(pk=people.ama.pk).update(mailbox_proved_at=None)
    Session.objects.filter(pk=left.session_id).update(on_date=timezone.localdate() + dt.timedelta(days=60))
    Session.objects.get(pk=left.session_id).save()
    client.post(back(people.ama, left))
    left.refresh_from_db()
    assert (left.state, left.reminders_wait, left.kept_until) == ("registered", False, None)


def test_person_who_returns_to_a_full_session_goes_to_the_end_of_the_waiting_list(
    client: Client, left: Registration, people: People
) -> None:
    for person in (people.luc, people.stranger):
        enroll(person, left.session.series, left.session)
    page = client.post(back(people.ama, left), follow=True).content.decode()
    left.refresh_from_db()
    assert (left.state, left.waiting_number) == ("waiting", 1)
    assert "“psw-cop 1” is full: you are on the waiting list." in page


def test_return_to_a_cancelled_session_or_to_another_persons_place_is_refused(
    client: Client, left: Registration, people: People
) -> None:
    assert client.post(back(people.luc, left)).status_code == 404
    Session.objects.filter(pk=left.session_id).update(state="cancelled")
    assert "/return/" not in client.get(own(people.ama)).content.decode()
    page = client.post(back(people.ama, left), follow=True).content.decode()
    assert "“psw-cop 1” was cancelled." in page
    left.refresh_from_db()
    assert left.state == "cancelled"


def test_place_given_back_by_the_hub_is_offered_again(client: Client, left: Registration, people: People) -> None:
    Registration.objects.filter(pk=left.pk).update(cancelled_by=people.staff)
    text = client.get(own(people.ama)).content.decode()
    assert (back(people.ama, left) in text, "You gave this place back." in text) == (True, False)
    assert "The hub gave back your place." in " ".join(text.split())
    client.post(back(people.ama, left))
    left.refresh_from_db()
    assert left.state == "registered"


@pytest.mark.parametrize("whole", [False, True])
def test_page_refers_to_the_email_about_a_lost_place_once_it_was_sent(
    client: Client, programme: Programme, people: People, settings: Settings, whole: bool
) -> None:
    series, sessions = programme.open_series(sessions=2)
    rows = enroll(people.ama, series, *sessions)
    if whole:
        actions.leave_series(person=people.ama, series=series, by=people.staff)
    else:
        actions.leave_session(registration=rows[0], by=people.staff)
    pages = [own(people.ama), reverse("join", kwargs={"token": join_token(rows[0])})]
    says_why = "The email about it says why."
    assert [says_why in client.get(page).content.decode() for page in pages] == [False, False]
    with smtp_sink() as (_sink, url):
        settings.EMAIL_URL = url
        deliver_only(kind="left")
    assert [client.get(page).content.decode().count(says_why) for page in pages] == [len(rows) if whole else 1, 1]


def test_return_to_a_left_series_requires_its_key_again(client: Client, programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series("ltc-cop", sessions=1)
    (row,) = enroll(people.ama, series, session)
    actions.leave_session(registration=row, by=people.ama)
    series.registration_mode = "key"
    series.save()
    page = client.get(own(people.ama)).content.decode()
    assert f'{reverse("register", kwargs={"slug": "ltc-cop"})}?session={session.pk}"' in page
    assert "/return/" not in page
    said = client.post(back(people.ama, row), follow=True).content.decode()
    assert "This series needs its key: register with its form." in said
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_exchanged_date_is_not_offered_again(client: Client, programme: Programme, people: People) -> None:
    series, (one, other) = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, one)
    actions.swap_session(registration=row, to_session=other, by=people.ama)
    assert "/return/" not in client.get(own(people.ama)).content.decode()


def test_my_sessions_has_a_link_to_other_sessions(client: Client, left: Registration, people: People) -> None:
    page = client.get(own(people.ama)).content.decode()
    assert f'<a href="{reverse("catalogue")}">See other sessions</a>' in page


def test_my_sessions_redirects_to_the_email_link_that_was_opened_before(
    client: Client, left: Registration, people: People
) -> None:
    assert client.get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))
    client.get(own(people.ama))
    answer = client.get(reverse("my_sessions"))
    assert (answer.status_code, answer["Location"]) == (302, own(people.ama))
    cookie = client.cookies["own_link"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)
    assert Client().get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))
    revoke_links(person=people.ama, by=people.ama)
    assert client.get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))


def test_signing_out_deletes_the_kept_email_link(client: Client, left: Registration, people: People) -> None:
    client.get(own(people.ama))
    client.force_login(people.luc)
    assert client.get(reverse("my_sessions")).status_code == 200
    client.post(reverse("sign_out"))
    assert client.get(reverse("my_sessions"))["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize(("language", "tag"), [("en", ""), ("fr", "In French")])
def test_row_displays_the_language_of_a_session_in_another_language(
    client: Client, programme: Programme, people: People, language: str, tag: str
) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=1, language=language)
    enroll(people.ama, series, *sessions)
    row = client.get(own(people.ama)).content.decode().partition('<ul class="rows mt4">')[2].partition("</ul>\n")[0]
    assert ("In French" in row) is bool(tag)
