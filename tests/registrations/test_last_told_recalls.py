"""After a recall, each person who may have been sent the recalled time gets an email with the restored time."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db.models.functions import Now

from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.last_told import (
    deliver_after_wait,
    emails_to,
    events_for,
    is_rising,
    it_was,
    move,
    noon,
    pm,
    session_told_to,
    text_of,
)
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def registers(programme: Programme, series: Series, session: Session, person: Person) -> None:
    enroll(person, series, session)


def asks_for_invitations(programme: Programme, series: Series, session: Session, person: Person) -> None:
    actions.send_invitations(person=person, by=person)


def is_reminded(programme: Programme, series: Series, session: Session, person: Person) -> None:
    Message.objects.filter(person_id=person.pk, kind="reminder-day", state="queued").update(due_at=Now())


def is_reminded_with_another(programme: Programme, series: Series, session: Session, person: Person) -> None:
    """Bundle the person's reminder with a reminder of another session on the same day."""
    start = session.start_time
    assert start is not None
    near = programme.session(series, 2, days=7, at=f"{start.hour + 1}:00")
    (carrying,) = enroll(person, series, near)
    reminders = Message.objects.filter(person_id=person.pk, kind="reminder-day", state="queued")
    reminders.update(due_at=Now() + dt.timedelta(hours=1))
    reminders.filter(payload__registration=carrying.pk).update(due_at=Now())


def gets_the_place_of_another(programme: Programme, series: Series, session: Session, person: Person) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=2)
    assert actions.promote_waiting(session_id=session.pk) == 1


@pytest.mark.parametrize(
    ("tell", "knows_before"),
    [
        (registers, False),
        (asks_for_invitations, True),
        (is_reminded, True),
        (is_reminded_with_another, True),
        (gets_the_place_of_another, True),
    ],
)
def test_person_who_was_sent_the_recalled_time_gets_an_email(
    programme: Programme,
    people: People,
    sink: Sink,
    tell: Callable[[Programme, Series, Session, Person], None],
    knows_before: bool,
) -> None:
    series, session = session_told_to(programme, people.ama)
    if tell is gets_the_place_of_another:
        Session.objects.filter(pk=session.pk).update(capacity=1)
    if knows_before:
        enroll(people.luc, series, session)
        deliver_due()
    change = move(session, 14, note_fr="La salle était prise.")
    session.refresh_from_db()
    tell(programme, series, session, people.luc)
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    email = emails_to(sink, people.luc)[-1]
    assert email["Subject"] == "Nouvel horaire\u00a0: psw-cop 1"
    assert pm(14, "fr") in it_was(email, "fr")
    assert "La salle était prise." not in text_of(email)
    assert len(emails_to(sink, people.ama)) == 1
    session.refresh_from_db()
    row = Registration.objects.get(person=people.luc, session=session)
    assert events_for(sink, people.luc, session)[-1] == ("REQUEST", row.sequence, session.starts_at)
    assert is_rising([sequence for _method, sequence, _start in events_for(sink, people.luc, session)])


def test_person_who_swapped_to_the_recalled_time_gets_an_email(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (one, other) = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, one)
    enroll(people.luc, series, other)
    deliver_due()
    change = move(other, 14)
    actions.swap_session(registration=row, to_session=other, by=people.ama)
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    email = emails_to(sink, people.ama)[-1]
    assert pm(14) in it_was(email, "en")
    other.refresh_from_db()
    assert events_for(sink, people.ama, other)[-1][2] == other.starts_at


def test_person_who_was_sent_the_recalled_time_in_an_announcement_gets_an_email(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc)
    change = move(session, 14)
    for person, text in ((people.ama, "See you at {hours}."), (people.luc, "See you.")):
        words = actions.AnnouncementTexts(subject_en="Soon", subject_fr="Bientôt", text_en=text, text_fr=text)
        row = Registration.objects.get(person=person)
        actions.write_to_registrants(
            session=session, registration_ids=[row.pk], texts=words, counted=1, by=people.staff
        )
    Message.objects.filter(kind="announcement").update(due_at=Now())
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    assert pm(14) in it_was(emails_to(sink, people.ama)[-1], "en")
    assert emails_to(sink, people.luc)[-1]["Subject"] == "Bientôt"


def test_person_who_may_have_been_sent_the_recalled_time_gets_an_email(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc)
    move(session, 14)
    Message.objects.filter(kind="rescheduled", person_id=people.ama.pk).update(state="in-doubt", transmitting_at=Now())
    second = move(session, 15)
    Message.objects.filter(state="in-doubt").update(state="dropped")  # not true any more, so it is not sent again
    assert actions.recall_change(change=second, by=None) == 2
    assert deliver_after_wait() == {"sent": 2}
    email = emails_to(sink, people.ama)[-1]
    assert noon() in it_was(email, "en")
    assert pm(14) in text_of(email)


def test_person_who_is_being_sent_the_recalled_time_gets_an_email(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = session_told_to(programme, people.ama, people.luc)
    change = move(session, 14)
    asks_for_invitations(programme, series, session, people.ama)
    claimed = Message.objects.filter(kind="invitation")
    claimed.update(state="claimed", token=uuid.uuid4(), lease_until=Now() + dt.timedelta(minutes=1))
    assert actions.recall_change(change=change, by=None) == 1
    assert Message.objects.get(kind="rescheduled", state="queued").person_id == people.ama.pk


def test_recalling_a_cancellation_sends_confirmations_and_places_that_were_dropped(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session, other) = programme.open_series(sessions=2)
    Session.objects.filter(pk=session.pk).update(capacity=2)
    enroll(people.ama, series, session)
    enroll(people.stranger, series, other, session)
    enroll(people.luc, series, session)  # on the waiting list
    confirmations = Message.objects.filter(person_id=people.luc.pk, kind="confirmation")
    confirmations.update(state="sent", transmitting_at=Now(), sent_at=Now())
    Session.objects.filter(pk=session.pk).update(capacity=3)
    actions.promote_waiting(session_id=session.pk)
    change = actions.cancel_session(session=session, by=None)
    assert deliver_due() == {"dropped": 2, "sent": 1}
    assert actions.recall_change(change=change, by=None) == 1
    assert deliver_due() == {"sent": 3}
    assert emails_to(sink, people.ama)[-1]["Subject"] == "You’re registered: Series psw-cop"
    assert emails_to(sink, people.luc)[-1]["Subject"] == "Vous avez une place\u00a0: psw-cop 1"
    email = emails_to(sink, people.stranger)[-1]
    assert email["Subject"] == "It takes place: psw-cop 1"
    assert "by mistake" in text_of(email)
    assert it_was(email, "en") == ""
