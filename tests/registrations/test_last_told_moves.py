"""An email about a moved session contains the time that was in the last email to its recipient."""

import datetime as dt

import pytest

from echo_portal.outbox import actions as outbox
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.change_preview import preview_change
from registrations.queries.recallable import recallable_change
from sessions.actions import save_session
from sessions.models import Session
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


def test_email_after_two_moves_contains_the_time_before_both(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc)
    move(session, 14)
    move(session, 15)
    assert deliver_after_wait() == {"sent": 2}
    for person in (people.ama, people.luc):
        (_confirmation, email) = emails_to(sink, person)
        assert noon(person.language) in it_was(email, person.language)
        assert pm(15, person.language) in text_of(email)
        assert pm(14, person.language) not in text_of(email)


def test_email_contains_the_time_that_each_recipient_was_sent_last(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = session_told_to(programme, people.ama)
    move(session, 14)
    enroll(people.luc, series, session)  # Luc registers for the new time
    deliver_due()
    move(session, 15)
    deliver_after_wait()
    assert noon("en") in it_was(emails_to(sink, people.ama)[-1], "en")
    assert pm(14, "fr") in it_was(emails_to(sink, people.luc)[-1], "fr")


def test_moving_a_session_back_emails_only_people_who_were_sent_the_other_time(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = session_told_to(programme, people.ama)
    move(session, 14)
    enroll(people.luc, series, session)
    deliver_due()
    session.refresh_from_db()
    back = Session.objects.get(pk=session.pk)
    back.start_time, back.end_time = dt.time(12), dt.time(13)
    back.derive_moments()
    preview = preview_change(session, back, reader=people.staff)
    assert ([row.person_id for row in preview.people], preview.knowing) == ([people.luc.pk], 1)
    assert (preview.registered, preview.emails_by_language) == (1, {"fr": 1})
    move(session, 12)
    deliver_after_wait()
    assert len(emails_to(sink, people.ama)) == 1
    assert pm(14, "fr") in it_was(emails_to(sink, people.luc)[-1], "fr")


def test_email_about_a_moved_and_cancelled_session_contains_the_known_time(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = session_told_to(programme, people.ama)
    knew = session.starts_at
    move(session, 14)
    actions.cancel_session(session=session, by=None)
    assert deliver_after_wait() == {"sent": 1}
    email = emails_to(sink, people.ama)[-1]
    assert email["Subject"] == "Cancelled: psw-cop 1"
    assert noon() in text_of(email)
    assert pm(14) not in text_of(email)
    assert events_for(sink, people.ama, session) == [("REQUEST", 0, knew), ("CANCEL", 2, knew)]


@pytest.mark.parametrize("second", ["move", "cancel"])
def test_email_about_the_first_move_is_sent_if_the_second_change_is_recalled(
    programme: Programme, people: People, sink: Sink, second: str
) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc)
    first = move(session, 14, note_en="The room was taken.")
    again = move(session, 15) if second == "move" else actions.cancel_session(session=session, by=None)
    assert actions.recall_change(change=again, by=None) == 2
    session.refresh_from_db()
    assert recallable_change(session) is not None
    assert recallable_change(session).pk == first.pk  # type: ignore[union-attr]
    queued = Message.objects.filter(about=f"change:{first.pk}", state="queued")
    assert {row.due_at for row in queued} == {first.send_at}
    assert deliver_after_wait() == {"sent": 2}
    for person in (people.ama, people.luc):
        email = emails_to(sink, person)[-1]
        assert noon(person.language) in it_was(email, person.language)
        assert pm(14, person.language) in text_of(email)
        assert "The room was taken." in text_of(email)
    session.refresh_from_db()
    (asked, moved) = events_for(sink, people.ama, session)
    assert is_rising([asked[1], moved[1]])
    assert moved == ("REQUEST", session.revision, session.starts_at)


def test_first_move_can_also_be_recalled_before_its_emails_are_sent(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = session_told_to(programme, people.ama)
    first, second = move(session, 14), move(session, 15)
    actions.recall_change(change=second, by=None)
    assert actions.recall_change(change=first, by=None) == 0
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(12), "published")
    assert recallable_change(session) is None
    assert deliver_after_wait() == {}
    assert Message.objects.filter(kind="reminder-day", state="queued").count() == 1


def test_change_recalled_twice_writes_one_email(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = session_told_to(programme, people.ama)
    move(session, 14)
    second = move(session, 15)
    assert [actions.recall_change(change=second, by=None) for _press in range(2)] == [1, 0]
    assert Message.objects.filter(kind="rescheduled", state="queued").count() == 1


def test_held_email_stays_held_after_another_change(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc, people.stranger)
    first = move(session, 14)
    outbox.hold_message(message=Message.objects.get(kind="rescheduled", person_id=people.luc.pk))
    outbox.cancel_message(message=Message.objects.get(kind="rescheduled", person_id=people.stranger.pk))
    second = move(session, 15)
    states = dict(Message.objects.filter(about=f"change:{second.pk}").values_list("person_id", "state"))
    assert states == {people.ama.pk: "queued", people.luc.pk: "held", people.stranger.pk: "queued"}
    assert actions.recall_change(change=second, by=None) == 2
    live = Message.objects.filter(about=f"change:{first.pk}").exclude(state="cancelled")
    assert dict(live.values_list("person_id", "state")) == {people.ama.pk: "queued", people.luc.pk: "held"}
    assert deliver_after_wait() == {"sent": 1}
    assert len(emails_to(sink, people.stranger)) == 1


def test_email_is_sent_if_the_title_was_changed_meanwhile(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = session_told_to(programme, people.ama)
    move(session, 14)
    session.refresh_from_db()
    session.title_en = "Pain"
    save_session(session=session, by=None)
    assert deliver_after_wait() == {"sent": 1}
    assert emails_to(sink, people.ama)[-1]["Subject"] == "New time: Pain"
