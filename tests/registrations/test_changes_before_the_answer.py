"""People whom a hub registered, and who have not answered yet, read only what applies to them (ADR 27)."""

import datetime as dt

import pytest
from django.test import Client

from accounts.actions import Details
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.actions import Added
from registrations.change_preview import preview_change
from registrations.links import answer_url, manage_path
from registrations.models import Addition, Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

CHANGES = ("rescheduled", "session-cancelled")


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("added", sessions=2)[0]


@pytest.fixture
def added(series: Series, coordinator: Person) -> Added:
    nora = Details(name="Nora", email="nora@example.org", language="en", profession="RN")
    ids = list(series.sessions.order_by("number").values_list("pk", flat=True))
    return actions.add_people(
        series=series, session_ids=ids, whole_series=False, people=[nora], note_en="Asked.", note_fr="", by=coordinator
    )


def nora() -> Person:
    return Person.objects.get(email="nora@example.org")


def move(session: Session, hour: int) -> None:
    new_time = actions.NewTime(session.on_date, dt.time(hour), dt.time(hour + 1), session.time_zone)
    actions.reschedule_session(session=session, new_time=new_time, by=None)


def text_of_change(language: str = "en") -> str:
    message = Message.objects.get(kind__in=CHANGES, person_id=nora().pk)
    return " ".join(preview(message, language, scope_ids=None).text.split())


def answer_page() -> tuple[Client, str, str]:
    path = "/" + answer_url(nora(), Addition.objects.get().public_id, "en").partition("//")[2].partition("/")[2]
    client = Client()
    return client, path, client.get(path).content.decode()


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_change_before_the_invitation_leaves_writes_no_email(
    series: Series, added: Added, people: People, coordinator: Person, change: str
) -> None:
    session = added.rows[0].session
    enroll(people.ama, series, session)
    after = session.cancelled()
    seen = preview_change(session, after, reader=coordinator)
    assert ([row.person_id for row in seen.people], seen.knowing) == ([people.ama.pk], 0)
    move(session, 15) if change == "move" else actions.cancel_session(session=session, by=None)
    assert list(Message.objects.filter(kind__in=CHANGES).values_list("person_id", flat=True)) == [people.ama.pk]


def test_change_after_a_dropped_invitation_writes_no_email(added: Added) -> None:
    Message.objects.filter(kind="added-by-hub").update(state="dropped")
    actions.cancel_session(session=added.rows[0].session, by=None)
    assert not Message.objects.filter(kind__in=CHANGES).exists()


def test_cancellation_after_the_invitation_left_says_who_registered_them(added: Added, sink: Sink) -> None:
    deliver_only(kind="added-by-hub")
    actions.cancel_session(session=added.rows[0].session, by=None)
    text = text_of_change()
    assert "National ECHO registered you for “Series added”." in text
    assert "You registered" not in text
    assert "calendar" not in text
    assert "votre agenda" not in text_of_change("fr")
    assert preview(Message.objects.get(kind="session-cancelled"), "en", scope_ids=None).calendar is None


def test_move_after_the_invitation_left_asks_again_and_adds_no_calendar_entry(added: Added, sink: Sink) -> None:
    deliver_only(kind="added-by-hub")
    move(added.rows[0].session, 15)
    text = text_of_change()
    assert "National ECHO registered you for “Series added”." in text
    assert ("Yes, I take part" in text, "You registered" in text, "calendar" in text) == (True, False, False)
    assert preview(Message.objects.get(kind="rescheduled"), "en", scope_ids=None).calendar is None


def test_cancellation_after_an_email_about_a_move_removes_no_entry(added: Added, sink: Sink) -> None:
    deliver_only(kind="added-by-hub")
    move(added.rows[0].session, 15)
    deliver_only(kind="rescheduled")
    actions.cancel_session(session=added.rows[0].session, by=None)
    assert preview(Message.objects.get(kind="session-cancelled"), "en", scope_ids=None).calendar is None


def test_reminder_before_the_answer_says_who_registered_them(added: Added, coordinator: Person) -> None:
    reminder = Message.objects.filter(person_id=nora().pk, kind__startswith="reminder").first()
    assert reminder is not None
    assert reminder.why_en == "National ECHO registered you for “Series added”."
    ids = [added.rows[0].pk]
    texts = actions.AnnouncementTexts("Room", "Salle", "Bring it.", "Apportez-le.")
    actions.write_to_registrants(
        session=added.rows[0].session, registration_ids=ids, texts=texts, counted=1, by=coordinator
    )
    assert Message.objects.get(kind="announcement").why_en == "National ECHO registered you for “Series added”."


def test_person_who_said_yes_gets_the_email_of_every_registrant(added: Added) -> None:
    actions.accept_addition(addition=added.addition, person=nora(), page_language="en")
    actions.cancel_session(session=added.rows[0].session, by=None)
    assert "You registered for “added 1”." in text_of_change()
    assert preview(Message.objects.get(kind="session-cancelled"), "en", scope_ids=None).calendar is not None


def test_reminder_adds_a_calendar_entry_only_after_a_yes(added: Added) -> None:
    reminder = Message.objects.filter(person_id=nora().pk, kind__startswith="reminder").first()
    assert reminder is not None
    assert preview(reminder, "en", scope_ids=None).calendar is None
    actions.accept_addition(addition=added.addition, person=nora(), page_language="en")
    assert preview(reminder, "en", scope_ids=None).calendar is not None


def test_no_email_is_written_if_a_person_declines_after_a_reminder(added: Added, sink: Sink) -> None:
    deliver_only(kind="added-by-hub")
    deliver_only(kind="reminder-day")
    assert [email.get_content_type() for email in sink.emails] == ["multipart/alternative"] * 2
    before = Message.objects.count()
    actions.decline_addition(addition=added.addition, person=nora())
    assert Message.objects.count() == before


def test_person_on_the_waiting_list_reads_that_they_wait(programme: Programme, people: People) -> None:
    series = programme.series("full")
    session = programme.session(series, 1, days=20, capacity=1)
    enroll(people.ama, series, session)
    enroll(people.luc, series, session)
    move(session, 15)
    message = Message.objects.get(kind="rescheduled", person_id=people.luc.pk)
    assert message.why_en.startswith("You are on the waiting list of “")
    assert message.why_fr.startswith("Vous êtes sur la liste d’attente")


def test_person_who_accepts_is_not_registered_for_a_cancelled_session(added: Added) -> None:
    cancelled, kept = added.rows
    actions.cancel_session(session=cancelled.session, by=None)
    client, path, page = answer_page()
    assert page.count("Cancelled") == 1
    assert client.post(path, {"answer": "yes"}).status_code == 302
    answered = Registration.objects.filter(answered_at__isnull=False).values_list("pk", flat=True)
    assert list(answered) == [kept.pk]
    assert Message.objects.get(kind="confirmation").payload["registrations"] == [kept.pk]


def test_question_is_not_asked_when_every_session_is_cancelled(added: Added) -> None:
    for row in added.rows:
        actions.cancel_session(session=row.session, by=None)
    client, path, page = answer_page()
    assert ("These sessions are cancelled" in page, 'name="answer"' in page) == (True, False)
    assert client.post(path, {"answer": "yes"}).status_code == 200
    assert not Message.objects.filter(kind="confirmation").exists()
    assert "Do you take part?" not in client.get(manage_path(nora())).content.decode()


def test_no_after_a_yes_gives_up_only_the_session_that_takes_place_again(added: Added) -> None:
    back, _kept = added.rows
    actions.cancel_session(session=back.session, by=None)
    actions.accept_addition(addition=added.addition, person=nora(), page_language="en")
    Session.objects.filter(pk=back.session_id).update(state="published")
    assert actions.decline_addition(addition=added.addition, person=nora()) == 1
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "registered"]
