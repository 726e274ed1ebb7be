"""Reminders and announcements are not sent before the email that tells of the place (docs/adr/0049)."""

import datetime as dt

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Person
from echo_portal.outbox import actions as outbox
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.actions import AnnouncementTexts
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

TEXTS = AnnouncementTexts("About {session}", "Au sujet de {session}", "Hello", "Bonjour")


def states(person: Person) -> dict[str, str]:
    return dict(Message.objects.filter(person_id=person.pk).order_by("pk").values_list("kind", "state"))


def confirmation(person: Person) -> Message:
    return Message.objects.get(person_id=person.pk, kind="confirmation")


def deliver() -> dict[str, int]:
    """Deliver all queued messages, as if they had become due."""
    Message.objects.filter(state="queued").update(due_at=Now())
    return deliver_due()


def announce(session: Session, row: Registration, people: People) -> Message:
    actions.write_to_registrants(session=session, registration_ids=[row.pk], by=people.staff, texts=TEXTS, counted=1)
    return Message.objects.get(kind="announcement")


def test_reminder_and_announcement_wait_for_a_held_confirmation(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    (row,) = enroll(people.ama, series, session)
    outbox.hold_message(message=confirmation(people.ama))
    announce(session, row, people)
    assert deliver() == {"queued": 3}
    assert sink.emails == []
    assert set(Message.objects.filter(state="queued").values_list("reason", "tries")) == {("first-not-sent", 0)}
    assert not Message.objects.filter(state="queued").due().exists()  # until the next look

    outbox.release_message(message=confirmation(people.ama))
    assert deliver() == {"sent": 4}
    assert "You’re registered" in sink.emails[0]["Subject"]


def test_other_people_and_places_do_not_wait(programme: Programme, people: People, sink: Sink) -> None:
    series, sessions = programme.open_series(sessions=2)
    enroll(people.ama, series, sessions[0])
    deliver()
    enroll(people.ama, series, sessions[1])
    enroll(people.luc, series, sessions[0])
    held = Message.objects.filter(person_id=people.ama.pk, kind="confirmation").latest("pk")
    outbox.hold_message(message=held)
    Message.objects.filter(kind="reminder-hour").delete()
    deliver()
    assert states(people.luc) == {"confirmation": "sent", "reminder-day": "sent"}
    assert Message.objects.filter(person_id=people.ama.pk, state="queued").count() == 1


def test_reminder_waits_for_a_confirmation_that_staff_withdrew(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    outbox.cancel_message(message=confirmation(people.ama))
    assert deliver() == {"queued": 2}
    again = outbox.resend_message(message=confirmation(people.ama), number=1)
    assert deliver() == {"sent": 3}
    assert sink.emails[0]["Message-ID"] == again.message_id


def test_reminder_does_not_wait_for_a_confirmation_that_failed(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    Message.objects.filter(kind="confirmation").update(state="failed")
    assert deliver() == {"sent": 2}


def test_reminder_that_waits_is_part_of_no_other_reminder(programme: Programme, people: People, sink: Sink) -> None:
    series = programme.series("ltc")
    told = programme.session(series, 1, days=10, at="12:00", reminders=["day"])
    untold = programme.session(series, 2, days=10, at="15:00", reminders=["day"])
    enroll(people.ama, series, told)
    deliver_due()
    enroll(people.ama, series, untold)
    outbox.hold_message(message=Message.objects.filter(kind="confirmation").latest("pk"))
    deliver()
    assert list(Message.objects.filter(kind="reminder-day").order_by("pk").values_list("state", flat=True)) == [
        "sent",
        "queued",
    ]


def test_waiting_ends_when_a_reminder_expires_and_after_two_days_for_an_announcement(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    (row,) = enroll(people.ama, series, session)
    outbox.hold_message(message=confirmation(people.ama))
    message = announce(session, row, people)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - dt.timedelta(hours=49))
    Message.objects.filter(kind="reminder-hour").update(expires_at=Now())
    assert deliver() == {"queued": 1, "dropped": 2}
    message.refresh_from_db()
    assert (message.state, message.reason) == ("dropped", "first-not-sent")
    assert sink.emails == []
