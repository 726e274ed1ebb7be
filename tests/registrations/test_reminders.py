"""Reminders are written with a registration, bundled, and dropped when they are no longer true."""

import datetime as dt
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from icalendar import Calendar

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def reminders() -> dict[str, str]:
    rows = Message.objects.filter(kind__startswith="reminder").order_by("due_at")
    return {row.dedupe_key.split(":")[0]: row.state for row in rows}


def only_reminders() -> None:
    """Delete all messages except reminders."""
    Message.objects.exclude(kind__startswith="reminder").delete()


def make_due(**which: object) -> None:
    Message.objects.filter(kind__startswith="reminder", **which).update(due_at=Now())


def test_registration_writes_its_reminders(programme: Programme, people: People) -> None:
    series = programme.series("ltc")
    session = programme.session(series, 1, days=30, reminders=["week", "day", "hour"])
    (row,) = enroll(people.ama, series, session)
    assert session.starts_at is not None
    found = Message.objects.filter(kind__startswith="reminder").order_by("due_at")
    assert [(message.kind, message.dedupe_key, session.starts_at - message.due_at) for message in found] == [
        ("reminder-week", f"reminder-week:{row.pk}:0", dt.timedelta(days=7)),
        ("reminder-day", f"reminder-day:{row.pk}:0", dt.timedelta(days=1)),
        ("reminder-hour", f"reminder-hour:{row.pk}:0", dt.timedelta(hours=1)),
    ]


def test_writing_reminders_twice_creates_them_once(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series(sessions=2)
    rows = enroll(people.ama, series, *sessions)
    for row in rows:
        row.session = Session.objects.select_related("series").get(pk=row.session_id)
    actions.write_reminders(rows)
    actions.write_reminders(rows)
    assert Message.objects.filter(kind__startswith="reminder").count() == 4


def test_reminders_are_cancelled_after_leaving_and_written_after_registering_again(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, sessions = programme.open_series(sessions=1)
    (row,) = enroll(people.ama, series, sessions[0])
    actions.leave_session(registration=row, by=people.ama)
    assert set(reminders().values()) == {"cancelled"}
    enroll(people.ama, series, sessions[0])
    states = list(Message.objects.filter(kind="reminder-day").order_by("pk").values_list("dedupe_key", "state"))
    assert states == [(f"reminder-day:{row.pk}:0", "cancelled"), (f"reminder-day:{row.pk}:2", "queued")]


def test_waiting_person_gets_reminders_when_they_get_a_place(programme: Programme, people: People) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1)
    (first,) = enroll(people.ama, series, session)
    enroll(people.luc, series, session)
    assert not Message.objects.filter(person_id=people.luc.pk, kind__startswith="reminder").exists()
    actions.leave_session(registration=first, by=people.ama)
    assert Message.objects.filter(person_id=people.luc.pk, kind__startswith="reminder", state="queued").count() == 2


def test_reminder_has_the_persons_language_and_local_time_and_an_invitation(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, sessions = programme.open_series(sessions=1)
    (row,) = enroll(people.luc, series, sessions[0])
    only_reminders()
    make_due(kind="reminder-day")
    assert deliver_due() == {"sent": 1}
    (email,) = sink.emails
    assert email["Content-Language"] == "fr"
    part = next(part for part in email.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    content = part.get_content()
    event: Any
    (event,) = Calendar.from_ical(content if isinstance(content, str) else content.decode()).walk("VEVENT")
    assert (event["UID"], int(event["SEQUENCE"])) == (
        f"session-{sessions[0].public_id}@calendar.example.org",
        row.sequence,
    )
    assert event["DTSTART"].dt == sessions[0].starts_at
    body = email.get_body(("plain",))
    assert body is not None
    assert "12\u00a0h\u00a0à\u00a013\u00a0h\u00a0(HE)" in body.get_content()


def test_reminders_of_two_near_sessions_are_bundled(programme: Programme, people: People, sink: Sink) -> None:
    heart, community = programme.series("heart"), programme.series("community")
    first = programme.session(heart, 4, days=10, at="12:00")
    second = programme.session(community, 5, days=10, at="13:00")
    far = programme.session(community, 6, days=20, at="13:00")
    enroll(people.ama, heart, first)
    enroll(people.ama, community, second, far)
    only_reminders()
    make_due(dedupe_key__startswith="reminder-day", payload__registration=registration_of(first))
    Message.objects.filter(kind="reminder-day", payload__registration=registration_of(second)).update(
        due_at=timezone.now() + dt.timedelta(hours=1)
    )
    assert deliver_due() == {"sent": 1}
    assert len(sink.accepted) == 1
    rows = {row.payload["registration"]: row for row in Message.objects.filter(kind="reminder-day")}
    carrier, carried = rows[registration_of(first)], rows[registration_of(second)]
    assert (carrier.state, carried.state, carried.carried_by_id) == ("sent", "carried", carrier.pk)
    assert rows[registration_of(far)].state == "queued"
    body = sink.emails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert ("heart 4" in text, "community 5" in text, "community 6" in text) == (True, True, False)


def registration_of(session: Session) -> int:
    return Registration.objects.get(session=session).pk


def test_bundled_reminder_does_not_contain_a_session_left_meanwhile(
    programme: Programme, people: People, sink: Sink
) -> None:
    series = programme.series("heart")
    first, second = (programme.session(series, number, days=10, at=f"1{number}:00") for number in (1, 2))
    enroll(people.ama, series, first, second)
    actions.leave_session(registration=Registration.objects.get(session=second), by=people.ama)
    only_reminders()
    make_due(kind="reminder-day", payload__registration=registration_of(first))
    assert deliver_due() == {"sent": 1}
    body = sink.emails[0].get_body(("plain",))
    assert body is not None
    assert "heart 2" not in body.get_content()


def test_expired_reminders_are_dropped_and_other_late_reminders_are_sent(
    programme: Programme, people: People, sink: Sink
) -> None:
    series = programme.series("ltc")
    begun, to_come = programme.session(series, 1, days=5), programme.session(series, 2, days=9)
    enroll(people.ama, series, begun, to_come)
    only_reminders()
    past = timezone.now() - dt.timedelta(hours=2)
    Message.objects.filter(payload__registration=registration_of(begun)).update(due_at=past, expires_at=past)
    # It is claimed first, while the other reminder of a day before is still waiting.
    earlier = past - dt.timedelta(minutes=1)
    Message.objects.filter(kind="reminder-day", payload__registration=registration_of(to_come)).update(due_at=earlier)
    assert deliver_due() == {"dropped": 2, "sent": 1}
    assert len(sink.accepted) == 1


def test_reminder_of_a_moved_or_cancelled_session_is_dropped(programme: Programme, people: People, sink: Sink) -> None:
    series, sessions = programme.open_series(sessions=2)
    enroll(people.ama, series, *sessions)
    only_reminders()
    Session.objects.filter(pk=sessions[0].pk).update(revision=1)
    Session.objects.filter(pk=sessions[1].pk).update(state="cancelled")
    make_due(kind="reminder-hour")
    assert deliver_due() == {"dropped": 2}
    assert sink.accepted == []


def test_reminder_mentions_a_clock_change(programme: Programme, people: People, sink: Sink) -> None:
    """Clocks in Regina do not change when those in Toronto go forward in March 2027."""
    people.ama.time_zone = "America/Regina"
    people.ama.save()
    series = programme.series("ltc")
    before = programme.session(series, 1, on_date=dt.date(2027, 3, 11), days=0)
    after = programme.session(series, 2, on_date=dt.date(2027, 3, 18), days=0)
    enroll(people.ama, series, before, after)
    only_reminders()
    for session in (before, after):
        make_due(kind="reminder-hour", payload__registration=registration_of(session))
        assert deliver_due() == {"sent": 1}
    texts = {}
    for email in sink.emails:
        body = email.get_body(("plain",))
        assert body is not None
        texts["ltc 2" in body.get_content()] = "A clock has changed" in body.get_content()
    assert texts == {False: False, True: True}
