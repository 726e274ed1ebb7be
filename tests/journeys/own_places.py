"""Create the rows that pages about one person display: the person, their registrations, a series with all states."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.actions import Details
from accounts.models import Person
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session

type FormAnswer = tuple[uuid.UUID, dict[int, Registration]]


def somebody(language: str, **fields: Any) -> Person:
    return Person.objects.create_user(
        f"maika.desrosiers-of-the-long-term-care-home.{uuid.uuid4().hex[:8]}@example.org",
        name="Maïka Desrosiers",
        language=language,
        province="BC",
        mailbox_proved_at=timezone.now(),
        **fields,
    )


def enroll(person: Person, series: Series, sessions: list[Session], *, whole: bool = False) -> FormAnswer:
    """Enroll the person. Return the receipt of the form, and the registrations by number of the session."""
    receipt = actions.enroll(
        application=actions.Application(
            form_key=uuid.uuid4(),
            details=Details(name=person.name, email=person.email, language=person.language),
            series=series,
            session_ids=tuple(row.pk for row in sessions),
            whole_series=whole,
            typed_key="",
            news=False,
            page_language="en",
        ),
        key=series.enrollment_keys.first() if series.needs_key else None,
        signed_in=person,
    )
    rows = Registration.objects.filter(person=person, session__in=sessions).select_related("session__series")
    return receipt.public_id, {row.session.number: row for row in rows}


def to_come(slug: str) -> tuple[Series, list[Session]]:
    """Return the series with this slug and its future sessions, in order of time."""
    series = Series.objects.get(slug=slug)
    sessions = Session.objects.filter(series=series).to_come(timezone.now()).in_order_of_time()
    return series, list(sessions.select_related("series"))


def a_series_of_every_state() -> Series:
    """Create a published series without sessions.

    Tests share the database, so a test must unpublish the series when it ends.
    """
    national = Series.objects.get(slug="ltc-cop").hub
    return Series.objects.create(
        slug=f"states-{uuid.uuid4().hex[:8]}",
        hub=national,
        state="published",
        kind="community",
        title_en="A series in every state",
        title_fr="Une série dans tous les états",
        summary_en="For the tests.",
        summary_fr="Pour les tests.",
        language="en",
    )


def a_session(series: Series, number: int, start: dt.datetime, **fields: Any) -> Session:
    """Create a session that starts at this UTC time and lasts one hour.

    In its time zone, it starts between noon and five o'clock, so that it ends on the same day whenever the tests run.
    That day is not later than the day in Eastern time, by which figures are counted.
    """
    zone = f"Etc/GMT{start.hour - 12 if start.hour >= 5 else 12:+d}"
    there = start.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    values: dict[str, Any] = {
        "title_en": f"Session in state {number}",
        "state": "published",
        "time_zone": zone,
        "on_date": there.date(),
        "start_time": there.time(),
        "end_time": (there + dt.timedelta(hours=1)).time(),
    }
    row = Session(series=series, number=number, **(values | fields))
    row.save()
    return row
