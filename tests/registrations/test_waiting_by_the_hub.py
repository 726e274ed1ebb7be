"""Emails to people who only wait for a place never say that they are registered; they give the position."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import Details
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.actions import Added
from registrations.links import answer_url
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(programme: Programme, people: People) -> Session:
    """A session with one place, which Ama has."""
    series = programme.series("small")
    full = programme.session(series, 1, days=20, capacity=1)
    enroll(people.ama, series, full)
    return full


def add(session: Session, by: Person, *names: str) -> Added:
    people = [Details(name.title(), f"{name}@example.org", "en") for name in names]
    return actions.add_people(
        series=session.series, session_ids=[session.pk], whole_series=False, people=people, note_en="You asked.",
        note_fr="", by=by,
    )  # fmt: skip


def email_to(name: str, language: str = "en", kind: str = "added-by-hub") -> tuple[str, str]:
    message = Message.objects.get(kind=kind, person_id=Person.objects.get(email=f"{name}@example.org").pk)
    shown = preview(message, language, scope_ids=None)
    return shown.subject, shown.text


def test_email_to_people_who_only_wait_says_the_list_and_their_position(session: Session, people: People) -> None:
    by = people.coordinator(session.series.hub)
    add(session, by, "nora", "odile")
    subject, text = email_to("odile")
    assert subject == "You’re on the waiting list: Series small"
    assert f"{by.name} of National ECHO put you on a waiting list of “Series small”. You have no place yet." in text
    assert "You are number 2." in text
    assert "Say yes, and you stay on the waiting list. We write to you when a place is yours." in text
    assert "registered" not in text
    subject, text = email_to("odile", "fr")
    assert subject == "Liste d’attente\u00a0: Série small"
    assert "a ajouté votre nom à une liste d’attente de la série" in text


def test_email_says_the_place_if_one_was_given_before_it_is_sent(session: Session, people: People) -> None:
    add(session, people.coordinator(session.series.hub), "nora")
    actions.leave_session(registration=Registration.objects.get(person=people.ama), by=people.ama)
    subject, text = email_to("nora")
    assert subject == "You were registered: Series small"
    assert "National ECHO registered you for “Series small”." in text
    assert "waiting list" not in text


def test_email_about_a_moved_session_says_that_they_wait(session: Session, people: People) -> None:
    by = people.coordinator(session.series.hub)
    add(session, by, "nora")
    Message.objects.filter(kind="added-by-hub").update(state="sent", sent_at=timezone.now())
    assert session.on_date is not None
    later = actions.NewTime(session.on_date, dt.time(14), dt.time(15), session.time_zone)
    actions.reschedule_session(session=session, new_time=later, by=by)
    _subject, text = email_to("nora", kind="rescheduled")
    assert "The session you wait for has moved" in text
    assert "You are number 1." in text
    assert "National ECHO put you on a waiting list of “Series small”." in text
    assert "Yes, keep me on the waiting list" in text
    assert "registered" not in text


def test_page_with_the_question_says_the_list_and_the_position(session: Session, people: People) -> None:
    added = add(session, people.coordinator(session.series.hub), "nora")
    person = added.people[0]
    path = "/" + answer_url(person, added.addition.public_id, "en").partition("//")[2].partition("/")[2]
    page = Client().get(path).content.decode()
    assert "National ECHO put you on a waiting list. You have no place yet." in " ".join(page.split())
    assert "Place 1 on the waiting list" in page
    assert "registered you" not in page
    answered = Client().post(path, {"answer": "yes"}, follow=True).content.decode()
    assert "You stay on the waiting list of “Series small”." in answered


def test_form_sent_again_by_people_who_wait_does_not_say_registered(session: Session, people: People) -> None:
    enroll(people.luc, session.series, session)
    enroll(people.luc, session.series, session)
    message = Message.objects.filter(person_id=people.luc.pk, kind="registration-unchanged").get()
    shown = preview(message, "en", scope_ids=None)
    assert shown.subject == "You’re on the waiting list: Series small"
    assert "You are number 1." in shown.text
    assert "registered" not in shown.text.replace("You registered for", "")
