"""Move and cancel a session: emails, calendar events, recall, preview, number of statements."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from echo_portal.lib.dates import date_long
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.change_preview import LocalHours, preview_change
from registrations.models import SessionChange
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

STATEMENTS_OF_A_MOVE = 18


def at(session: Session, hour: int) -> actions.NewTime:
    return actions.NewTime(session.on_date, dt.time(hour), dt.time(hour + 1), session.time_zone)


def emails(kind: str) -> list[tuple[int | None, str]]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("person_id", "state"))


def event_in(sink: Sink, number: int = -1) -> tuple[str, Any]:
    part = next(part for part in sink.emails[number].walk() if part.get_content_type() == "text/calendar")
    content = part.get_content()
    event: Any
    (event,) = Calendar.from_ical(content if isinstance(content, str) else content.decode()).walk("VEVENT")
    method = part.get_param("method")
    assert isinstance(method, str)
    return method, event


def send_now() -> dict[str, int]:
    Message.objects.exclude(kind__startswith="reminder").update(due_at=Now())
    return deliver_due()


def test_moving_a_session_writes_one_email_per_person_due_after_five_minutes(
    programme: Programme, people: People
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    for person in (people.ama, people.luc):
        enroll(person, series, session)
    change = actions.reschedule_session(session=session, new_time=at(session, 14), by=people.staff)
    session.refresh_from_db()
    assert (session.state, session.start_time, session.revision) == ("rescheduled", dt.time(14), 1)
    assert emails("rescheduled") == [(people.ama.pk, "queued"), (people.luc.pk, "queued")]
    waits = Message.objects.filter(kind="rescheduled").first()
    assert waits is not None
    assert waits.due_at - change.made_at == dt.timedelta(minutes=5)
    reminders = Message.objects.filter(kind="reminder-day").values_list("state", "due_at")
    moved = session.starts_at
    assert moved is not None
    assert sorted(state for state, _due in reminders) == ["cancelled", "cancelled", "queued", "queued"]
    assert {due for state, due in reminders if state == "queued"} == {moved - dt.timedelta(days=1)}


def test_calendar_event_is_moved_and_cancelled_with_increasing_sequence(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    send_now()
    actions.reschedule_session(session=session, new_time=at(session, 14), by=people.staff)
    send_now()
    actions.cancel_session(session=session, by=people.staff)
    send_now()
    seen = [event_in(sink, number) for number in range(3)]
    assert [method for method, _event in seen] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(event["SEQUENCE"]) for _method, event in seen] == [0, 1, 2]
    assert len({str(event["UID"]) for _method, event in seen}) == 1
    session.refresh_from_db()
    assert seen[1][1]["DTSTART"].dt == session.starts_at
    assert seen[2][1]["STATUS"] == "CANCELLED"


def test_only_the_last_of_two_changes_is_emailed(programme: Programme, people: People, sink: Sink) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    send_now()
    actions.reschedule_session(session=session, new_time=at(session, 14), by=people.staff)
    actions.reschedule_session(session=session, new_time=at(session, 15), by=people.staff)
    assert emails("rescheduled") == [(people.ama.pk, "cancelled"), (people.ama.pk, "queued")]
    assert send_now() == {"sent": 1}
    assert len(sink.accepted) == 2


def test_change_can_be_recalled_before_its_emails_are_sent(programme: Programme, people: People, sink: Sink) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    send_now()
    change = actions.reschedule_session(session=session, new_time=at(session, 14), by=people.staff)
    actions.recall_change(change=change, by=people.staff)
    session.refresh_from_db()
    assert (session.state, session.start_time, session.revision) == ("published", dt.time(12), 2)
    assert send_now() == {}
    assert emails("rescheduled") == [(people.ama.pk, "cancelled")]
    assert Message.objects.filter(kind="reminder-day", state="queued").count() == 1


def test_change_cannot_be_recalled_after_its_emails_were_sent(programme: Programme, people: People, sink: Sink) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    change = actions.reschedule_session(session=session, new_time=at(session, 14), by=people.staff)
    send_now()
    with pytest.raises(Refusal):
        actions.recall_change(change=change, by=people.staff)
    session.refresh_from_db()
    assert session.start_time == dt.time(14)


@time_machine.travel("2026-12-01T15:30:00+00:00", tick=False)
def test_change_shortly_before_the_start_is_emailed_at_once(programme: Programme, people: People) -> None:
    series = programme.series("soon")
    session = programme.session(series, 1, days=0, at="12:00")
    enroll(people.ama, series, session)
    change = actions.cancel_session(session=session, by=people.staff)
    assert change.send_at == change.made_at


def test_calendar_event_is_sent_when_the_time_is_set(programme: Programme, people: People, sink: Sink) -> None:
    series = programme.series("heart")
    session = programme.session(series, 1, days=10, at="")
    enroll(people.ama, series, session)
    send_now()
    assert not any(part.get_content_type() == "text/calendar" for part in sink.emails[0].walk())
    actions.reschedule_session(session=session, new_time=at(session, 12), by=people.staff)
    send_now()
    assert sink.emails[1]["Subject"] == "The hour is set: heart 1"
    assert event_in(sink)[0] == "REQUEST"


@pytest.mark.parametrize(
    ("fields", "days", "state"),
    [
        ({"at": ""}, 0, "published"),
        ({"at": "", "on_date": None}, 0, "published"),
        ({"at": ""}, 1, "rescheduled"),
        ({}, 0, "rescheduled"),
    ],
)
def test_session_is_called_rescheduled_if_a_known_date_or_hour_changes(
    programme: Programme, people: People, fields: dict[str, Any], days: int, state: str
) -> None:
    session = programme.session(programme.series("heart"), 1, **fields)
    day = (session.on_date or timezone.localdate() + dt.timedelta(days=7)) + dt.timedelta(days=days)
    actions.reschedule_session(
        session=session, new_time=actions.NewTime(day, dt.time(14), dt.time(15), "America/Toronto"), by=people.staff
    )
    session.refresh_from_db()
    assert session.state == state


def test_held_cancelled_or_unchanged_session_is_not_rescheduled(programme: Programme, people: People) -> None:
    series = programme.series("ltc")
    held, there = programme.session(series, 1, days=-3), programme.session(series, 2, days=3)
    gone = programme.session(series, 3, days=4, state="cancelled")
    for session in (held, there, gone):
        hour = 12 if session is there else 15
        with pytest.raises(Refusal):
            actions.reschedule_session(session=session, new_time=at(session, hour), by=people.staff)
    assert not SessionChange.objects.exists()


def test_change_preview_has_recipients_local_times_and_clashes(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series("heart", sessions=1)
    other = programme.series("community")
    clashing = programme.session(other, 1, days=7, at="15:00")
    enroll(people.ama, series, session)
    enroll(people.luc, series, session)
    enroll(people.luc, other, clashing)
    after = Session.objects.get(pk=session.pk)
    after.start_time, after.end_time = dt.time(14), dt.time(15)
    after.derive_moments()
    preview = preview_change(session, after, reader=people.staff)
    assert (preview.registered, preview.waiting) == (2, 0)
    assert preview.emails_by_language == {"en": 1, "fr": 1}
    day = session.on_date
    assert day is not None
    words = date_long(day, "en")
    expected = LocalHours(
        "Eastern time",
        1,
        f"{words}, 12:00\u00a0–\u00a01:00\u00a0pm",
        f"{words}, 2:00\u00a0–\u00a03:00\u00a0pm",
        odd=False,
    )
    assert expected in preview.hours
    assert [(row.person_id, met.pk) for row, met in preview.new_clashes] == [(people.luc.pk, clashing.pk)]


def test_newer_zone_data_moves_sessions_and_emails_registrants(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    right = session.starts_at
    assert right is not None
    old = right + dt.timedelta(hours=1)  # as older rules would have computed it
    Session.objects.filter(pk=session.pk).update(
        starts_at=old, ends_at=old + dt.timedelta(hours=1), over_at=old + dt.timedelta(hours=1)
    )
    listed = StringIO()
    call_command("check_timezones", stdout=listed)
    assert listed.getvalue().splitlines()[-1] == "1 moved"
    session.refresh_from_db()
    assert session.starts_at == old, "listing changes nothing"
    call_command("check_timezones", "--send", stdout=StringIO())
    session.refresh_from_db()
    assert (session.starts_at, session.revision) == (right, 1)
    assert emails("rescheduled") == [(people.ama.pk, "queued")]
    again = StringIO()
    call_command("check_timezones", "--send", stdout=again)
    assert again.getvalue().splitlines() == ["0 moved, messages written: 0"]


@pytest.mark.parametrize("number", [1, 30])
def test_move_makes_as_many_statements_for_thirty_people_as_for_one(
    programme: Programme, people: People, number: int
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    for one in range(number):
        enroll(people.make(f"nurse-{one}@example.org", f"Nurse {one}"), series, session)
    with CaptureQueriesContext(connection) as asked:
        actions.reschedule_session(session=session, new_time=at(session, 15), by=None)
    assert len(asked) == STATEMENTS_OF_A_MOVE
    assert Message.objects.filter(kind="rescheduled").count() == number
