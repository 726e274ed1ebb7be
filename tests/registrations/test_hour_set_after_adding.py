"""A session that is added without an hour and gets one before its emails leave is told of in one email."""

import datetime as dt

import pytest

from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.change_preview import preview_change
from registrations.models import SessionChange
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.last_told import deliver_after_wait, emails_to, text_of
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def added(programme: Programme, people: People, sink: Sink) -> Session:
    """A session without an hour that was added to a series in which Ama is enrolled. Its email waits."""
    series, (first,) = programme.open_series(sessions=1)
    enroll(people.ama, series, first, whole=True)
    deliver_due()
    assert len(sink.emails) == 1
    row = programme.session(series, 2, days=30, state="draft", at="")
    actions.publish_session(session=row, by=None)
    row.refresh_from_db()
    return row


def at_noon(session: Session) -> actions.NewTime:
    return actions.NewTime(session.on_date, dt.time(12), dt.time(13), session.time_zone)


def set_hour(session: Session, by: Person | None = None) -> SessionChange:
    return actions.reschedule_session(session=session, new_time=at_noon(session), by=by)


def test_hour_set_before_the_first_email_leaves_is_told_in_that_email(
    added: Session, people: People, sink: Sink
) -> None:
    after = added.moved_to(
        on_date=added.on_date, start_time=dt.time(12), end_time=dt.time(13), time_zone=added.time_zone
    )
    shown = preview_change(added, after, reader=people.staff)
    assert (shown.people, shown.knowing, shown.uninvited) == ([], 0, 1)
    set_hour(added)
    deliver_after_wait()
    (email,) = emails_to(sink, people.ama)[1:]
    assert email["Subject"] == "A session was added: Series psw-cop"
    assert "12:00" in text_of(email)
    assert "We write to you when the hour is set." not in text_of(email)
    assert any(part.get_content_type() == "text/calendar" for part in email.walk())


def test_hour_set_after_the_first_email_left_is_told_in_another(added: Session, people: People, sink: Sink) -> None:
    deliver_after_wait()
    set_hour(added)
    deliver_after_wait()
    (email,) = emails_to(sink, people.ama)[2:]
    assert email["Subject"].startswith("The hour is set: ")


def test_session_cancelled_before_the_first_email_leaves_is_told_of_to_nobody(
    added: Session, people: People, sink: Sink
) -> None:
    actions.cancel_session(session=added, by=None)
    deliver_after_wait()
    assert [email["Subject"] for email in emails_to(sink, people.ama)[1:]] == []
    assert not Message.objects.filter(kind="session-cancelled").exists()


def test_hour_taken_back_before_the_first_email_leaves_is_not_told(added: Session, people: People, sink: Sink) -> None:
    actions.recall_change(change=set_hour(added), by=None)
    deliver_after_wait()
    (email,) = emails_to(sink, people.ama)[1:]
    assert "We write to you when the hour is set." in text_of(email)
