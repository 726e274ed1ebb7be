"""Helpers that send the time of a session by email, and that return the contents of such emails."""

import datetime as dt
from typing import Any

from django.db.models.functions import Now
from icalendar import Calendar

from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import SessionChange
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.smtp_server import Sink

PREVIOUSLY = {"en": "Previously\n", "fr": "Auparavant\n"}


HOURS = {"en": "{}:00\u00a0–\u00a0{}:00\u00a0pm", "fr": "{}\u00a0h\u00a0à\u00a0{}\u00a0h"}


def move(session: Session, hour: int, **words: Any) -> SessionChange:
    new_time = actions.NewTime(session.on_date, dt.time(hour), dt.time(hour + 1), session.time_zone)
    return actions.reschedule_session(session=session, new_time=new_time, by=None, **words)


def session_told_to(programme: Programme, *readers: Person) -> tuple[Series, Session]:
    """Create a session at noon, and send a confirmation to each of these people."""
    series, (session,) = programme.open_series(sessions=1)
    for person in readers:
        enroll(person, series, session)
    deliver_due()
    return series, session


def deliver_after_wait() -> dict[str, int]:
    """Deliver the waiting messages, except reminders, as if five minutes had passed."""
    waiting = Message.objects.exclude(kind__startswith="reminder").filter(due_at__gt=Now())
    waiting.update(due_at=Now())
    return deliver_due()


def emails_to(sink: Sink, person: Person) -> list[Any]:
    return [email for email in sink.emails if person.email in str(email["To"])]


def text_of(email: Any) -> str:
    text = email.get_body(("plain",)).get_content()
    return str(text).replace("\r\n", "\n")


def it_was(email: Any, language: str) -> str:
    """Return the text under “Previously”, or ""."""
    return text_of(email).partition(PREVIOUSLY[language])[2].partition("\n\n")[0]


def pm(hour: int, language: str = "en") -> str:
    first = hour - 12 if language == "en" else hour
    return HOURS[language].format(first or 12, first + 1)


def noon(language: str = "en") -> str:
    return "12:00\u00a0–\u00a01:00\u00a0pm" if language == "en" else pm(12, "fr")


def events_for(sink: Sink, person: Person, session: Session) -> list[tuple[str, int, dt.datetime]]:
    """Return method, SEQUENCE and start of each calendar event of this session in this person's emails."""
    return [
        (method, int(event["SEQUENCE"]), event["DTSTART"].dt)
        for email in emails_to(sink, person)
        for method, event in events_in(email)
        if str(session.public_id) in str(event["UID"])
    ]


def events_in(email: Any) -> list[tuple[str, Any]]:
    part = next((part for part in email.walk() if part.get_content_type() == "text/calendar"), None)
    if part is None:
        return []
    content = part.get_content()
    text = content if isinstance(content, str) else content.decode()
    return [(str(part.get_param("method")), event) for event in Calendar.from_ical(text).walk("VEVENT")]


def is_rising(sequences: list[int]) -> bool:
    return sequences == sorted(set(sequences))


def newer_rules(session: Session, *, hours: int) -> dt.datetime:
    """Store times that are `hours` later, as if they had been computed from older time zone data.

    Return the start that was stored.
    """
    assert session.starts_at is not None
    old = session.starts_at + dt.timedelta(hours=hours)
    end = old + dt.timedelta(hours=1)
    Session.objects.filter(pk=session.pk).update(starts_at=old, ends_at=end, over_at=end)
    return old
