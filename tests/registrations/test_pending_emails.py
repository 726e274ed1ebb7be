"""Pending emails are updated when the person's language or time zone changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Person
from echo_portal.outbox import actions as outbox
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.links import manage_url
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

EVENING = "21:30"  # in Toronto: evening in Vancouver, 23:00 in St. John’s


def local_hours(person: Person, zone: str) -> list[dt.time]:
    rows = Message.objects.filter(person_id=person.pk, kind="reminder-day").order_by("pk")
    return [row.due_at.astimezone(ZoneInfo(zone)).time() for row in rows]


def days_before(session: Session, person: Person) -> list[dt.timedelta]:
    assert session.starts_at is not None
    rows = Message.objects.filter(person_id=person.pk, kind="reminder-day").order_by("pk")
    return [session.starts_at - row.due_at for row in rows]


def lives_in(person: Person, zone: str) -> None:
    Person.objects.filter(pk=person.pk).update(time_zone=zone)
    person.refresh_from_db()


def test_reminders_are_moved_when_the_time_zone_of_the_profile_changes(programme: Programme, people: People) -> None:
    lives_in(people.ama, "America/Vancouver")
    series = programme.series("evening")
    session = programme.session(series, 1, days=10, at=EVENING, minutes=60)
    enroll(people.ama, series, session)
    assert days_before(session, people.ama) == [dt.timedelta(days=1)]
    actions.change_profile(person=people.ama, by=people.ama, values={"time_zone": "America/St_Johns"})
    assert local_hours(people.ama, "America/St_Johns") == [dt.time(20, 55)]
    actions.change_profile(person=people.ama, by=people.ama, values={"time_zone": "America/Vancouver"})
    assert days_before(session, people.ama) == [dt.timedelta(days=1)]


def test_reminders_are_moved_when_a_signed_in_person_chooses_a_time_zone(
    programme: Programme, people: People, client: Client
) -> None:
    lives_in(people.ama, "America/Vancouver")
    Person.objects.filter(pk=people.ama.pk).update(province="NL")
    series = programme.series("evening")
    enroll(people.ama, series, programme.session(series, 1, days=10, at=EVENING, minutes=60))
    client.force_login(people.ama)
    assert client.post("/en/time-zone/", {"zone": "America/St_Johns", "next": "/en/"}).status_code == 302
    assert local_hours(people.ama, "America/St_Johns") == [dt.time(20, 55)]


def test_held_reminder_stays_held_and_other_peoples_reminders_are_not_moved(
    programme: Programme, people: People
) -> None:
    for person in (people.ama, people.luc):
        lives_in(person, "America/Vancouver")
    series = programme.series("evening")
    session = programme.session(series, 1, days=10, at=EVENING, minutes=60)
    enroll(people.ama, series, session)
    enroll(people.luc, series, session)
    outbox.hold_message(message=Message.objects.get(person_id=people.ama.pk, kind="reminder-day"))
    actions.change_profile(person=people.ama, by=people.ama, values={"time_zone": "America/St_Johns"})
    assert local_hours(people.ama, "America/St_Johns") == [dt.time(20, 55)]
    assert Message.objects.get(person_id=people.ama.pk, kind="reminder-day").state == "held"
    assert days_before(session, people.luc) == [dt.timedelta(days=1)]


def test_pending_emails_get_the_new_language_unless_they_were_edited(
    programme: Programme, people: People, client: Client
) -> None:
    series, sessions = programme.open_series(sessions=2)
    enroll(people.ama, series, *sessions)
    enroll(people.luc, series, sessions[0])
    edited = Message.objects.filter(person_id=people.ama.pk, kind="reminder-day").first()
    assert edited is not None
    outbox.edit_message(message=edited, subject="Another room", text="We meet elsewhere.")
    address = manage_url(people.ama, "en").removeprefix("https://echo.example.org")
    assert client.post(f"{address}language/", {"language": "fr"}).status_code == 302
    messages = Message.objects.filter(person_id=people.ama.pk)
    assert set(messages.exclude(pk=edited.pk).values_list("language", flat=True)) == {"fr"}
    assert messages.get(pk=edited.pk).language == "en"
    assert set(Message.objects.filter(person_id=people.luc.pk).values_list("language", flat=True)) == {"fr"}
    actions.change_profile(person=people.luc, by=people.luc, values={"language": "en"})
    assert set(Message.objects.filter(person_id=people.luc.pk).values_list("language", flat=True)) == {"en"}


def test_reason_for_an_email_is_stored_in_both_languages(programme: Programme, people: People) -> None:
    series = programme.series("grief", title_en="Grief", title_fr="Deuil")
    (row,) = enroll(people.ama, series, programme.session(series, 1, days=9))
    reminder = Message.objects.get(kind="reminder-hour")
    assert (reminder.why_en, reminder.why_fr) == (
        f"You registered for “{row.session.title_en}”.",
        f"Ce courriel fait suite à votre inscription à «\u00a0{row.session.title_en}\u00a0».",
    )
