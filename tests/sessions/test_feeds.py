"""Public and private calendar feeds, parsed by a second iCalendar library."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream

from accounts.actions import revoke_links
from accounts.links import FEED, MANAGE, token_for
from echo_portal.outbox.models import Message
from registrations import actions
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


def read(client: Client, name: str, **arguments: str) -> tuple[Calendar, str]:
    answer = client.get(reverse(name, kwargs=arguments))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return IcsCalendarStream.calendar_from_ics(text), text


def titles(calendar: Calendar) -> list[str]:
    return sorted(event.summary for event in calendar.events if event.summary)


def test_public_feed_contains_its_sessions_without_join_links(client: Client, programme: Programme) -> None:
    psw = programme.series("psw", audience_professions=["PSW"])
    nurses = programme.series("nurses", hub=programme.bc, audience_professions=["RN"], language="fr")
    joint = programme.series("joint")
    joint.partner_hubs.add(programme.bc)
    for series in (psw, nurses, joint):
        programme.session(series, 1, join_url="https://meeting.example.org/secret")
    draft = programme.series("draft", state="draft")
    programme.session(draft, 1)
    feeds = {
        ("series_feed", "slug", "psw"): ["psw 1"],
        ("hub_feed", "slug", "bc"): ["joint 1", "nurses 1"],
        ("hub_feed", "slug", "national"): ["joint 1", "psw 1"],
        ("profession_feed", "code", "PSW"): ["joint 1", "psw 1"],
        ("language_feed", "code", "fr"): ["nurses 1"],
    }
    for (name, argument, value), expected in feeds.items():
        calendar, text = read(client, name, **{argument: value})
        assert titles(calendar) == expected, name
        assert "METHOD:PUBLISH" in text
        assert ("ATTENDEE" in text, "meeting.example.org" in text, "/join/" in text) == (False, False, False)


def test_feed_of_an_unknown_or_draft_series_is_not_found(client: Client, programme: Programme) -> None:
    programme.series("draft", state="draft")
    for name, argument in [
        ("series_feed", {"slug": "draft"}),
        ("series_feed", {"slug": "nothing"}),
        ("hub_feed", {"slug": "nothing"}),
        ("profession_feed", {"code": "XX"}),
        ("language_feed", {"code": "de"}),
    ]:
        assert client.get(reverse(name, kwargs=argument)).status_code == 404


def test_feed_contains_a_cancelled_session_for_thirty_days(client: Client, programme: Programme) -> None:
    series = programme.series("psw")
    fresh = programme.session(series, 1, state="cancelled", days=40)
    old = programme.session(series, 2, state="cancelled", days=40)
    Session.objects.filter(pk=old.pk).update(last_modified_at=timezone.now() - dt.timedelta(days=31))
    calendar, _text = read(client, "series_feed", slug="psw")
    assert [(event.uid, event.status.value if event.status else "") for event in calendar.events] == [
        (f"session-{fresh.public_id}@calendar.example.org", "CANCELLED")
    ]


def test_private_feed_contains_changes_until_its_link_is_revoked(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series(sessions=2)
    rows = enroll(people.ama, series, *sessions)
    token = token_for(people.ama, FEED)
    moved = actions.NewTime(sessions[0].on_date, dt.time(15), dt.time(16), "America/Toronto")
    actions.reschedule_session(session=sessions[0], new_time=moved, by=people.staff)
    actions.leave_session(registration=rows[1], by=people.ama)
    calendar, text = read(client, "feed", token=token)
    sessions[0].refresh_from_db()
    found = {
        event.uid: (event.dtstart, event.sequence, event.status.value if event.status else "")
        for event in calendar.events
    }
    assert found == {
        f"session-{sessions[0].public_id}@calendar.example.org": (sessions[0].starts_at, 1, "CONFIRMED"),
        f"session-{sessions[1].public_id}@calendar.example.org": (sessions[1].starts_at, 1, "CANCELLED"),
    }
    assert "/join/" in text
    assert "ATTENDEE" not in text
    revoke_links(person=people.ama, by=people.ama)
    assert client.get(reverse("feed", kwargs={"token": token})).status_code == 410


def test_person_gets_one_invitation_per_session_when_asking_twice(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series(sessions=3)
    rows = enroll(people.ama, series, *sessions)
    actions.leave_session(registration=rows[2], by=people.ama)
    url = reverse("send_invitations", kwargs={"token": token_for(people.ama, MANAGE)})
    for _press in range(2):
        assert client.post(url).status_code == 302
    keys = Message.objects.filter(kind="invitation").order_by("pk").values_list("dedupe_key", flat=True)
    assert list(keys) == [f"invitation:{row.pk}:0" for row in rows[:2]]
