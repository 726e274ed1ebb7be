"""After newer time zone data, reminders are kept, the SEQUENCE increases, and the change cannot be recalled."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration, SessionChange
from registrations.queries.recallable import recallable_change
from sessions.actions import save_session
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.calendar.second_parser import read_email
from tests.people import People
from tests.registrations.last_told import deliver_after_wait, newer_rules, session_told_to
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db


def waiting_reminders(person: Person) -> list[str]:
    rows = Message.objects.filter(person_id=person.pk, kind__startswith="reminder", state="queued")
    return sorted(rows.values_list("kind", flat=True))


def send() -> str:
    said = StringIO()
    call_command("check_timezones", "--send", stdout=said)
    return said.getvalue().splitlines()[-1]


def test_two_changes_of_zone_rules_keep_reminders_and_increase_the_sequence(
    programme: Programme, people: People, settings: Settings
) -> None:
    with smtp_sink() as (_sink, url):
        settings.EMAIL_URL = url
        _series, session = session_told_to(programme, people.ama)
        reminders = waiting_reminders(people.ama)
        assert reminders == ["reminder-day", "reminder-hour"]
        row = Registration.objects.select_related("session").get()
        seen = [row.sequence]
        for _time in range(2):
            newer_rules(Session.objects.get(pk=session.pk), hours=1)
            assert send() == "1 moved, messages written: 1"
            deliver_after_wait()
            assert waiting_reminders(people.ama) == reminders
            seen.append(Registration.objects.select_related("session").get().sequence)
    assert seen == [0, 1, 2]


def test_change_by_zone_rules_cannot_be_recalled(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    newer_rules(session, hours=1)
    send()
    session.refresh_from_db()
    change = SessionChange.objects.get()
    assert recallable_change(session) is None
    with pytest.raises(Refusal, match="the rules of its clock changed"):
        actions.recall_change(change=change, by=people.staff)
    assert waiting_reminders(people.ama) == ["reminder-day", "reminder-hour"]
    assert Message.objects.get(kind="rescheduled").state == "queued"


def test_removing_the_time_sends_a_cancel_without_an_alarm(
    programme: Programme, people: People, settings: Settings
) -> None:
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        _series, session = session_told_to(programme, people.ama)
        no_hour = actions.NewTime(session.on_date, None, None, session.time_zone)
        actions.reschedule_session(session=session, new_time=no_hour, by=None)
        deliver_after_wait()
        email = sink.emails[-1]
    assert email["Subject"] == "The hour is open again: psw-cop 1"
    (raw,) = {part.get_content() for part in email.walk() if part.get_content_type() == "text/calendar"}
    assert read_email(email).method == "CANCEL"
    assert [line for line in raw.splitlines() if line.startswith("STATUS")] == ["STATUS:CANCELLED"]
    assert "VALARM" not in raw


def test_zone_chosen_after_opening_an_email_link_is_saved_in_the_profile(client: Client, people: People) -> None:
    luc, zone = people.luc, "America/Rankin_Inlet"
    client.post(reverse("set_time_zone"), {"zone": zone, "next": "/en/", "token": token_for(people.ama, MANAGE)})
    client.post(reverse("set_time_zone"), {"zone": "America/Regina", "next": "/en/", "token": "forged.token"})
    assert Person.objects.get(pk=people.ama.pk).time_zone == zone
    assert Person.objects.get(pk=luc.pk).time_zone == ""


def test_edit_after_newer_zone_rules_increases_the_sequence(programme: Programme) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    right = session.starts_at
    newer_rules(session, hours=1)
    session.refresh_from_db()
    session.join_url = "https://zoom.us/1"
    assert save_session(session=session, by=None)
    assert (session.revision, session.starts_at) == (1, right)
