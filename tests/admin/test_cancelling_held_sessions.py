"""The preview of a cancellation says that the session is running, and how many people are recorded as present."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from attendance.models import Attendance
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import says
from tests.admin.session_changes import page
from tests.admin.two_hubs import HubRows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]


def cancel(client: Client, session: Session) -> str:
    return says(client.post(page(session, "cancel"), {"note_en": "", "note_fr": "", "step": "preview"}))


def test_preview_of_cancelling_a_running_session_says_so(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    Attendance.objects.filter(session=session).delete()
    shown = cancel(coordinator_client, session)
    assert "cannot be undone" in shown
    assert "running now" not in shown
    assert "recorded as present" not in shown
    session.on_date, session.start_time, session.end_time = timezone.localdate(), dt.time(0), dt.time(23, 59, 59)
    session.save()
    person, now = own[Registration].person, timezone.now()
    Attendance.objects.create(
        session=session,
        person=person,
        registration=own[Registration],
        window_seconds=60,
        corrected_seconds=60,
        seconds=60,
        source="roll-call",
        confirmed_at=now,
        confirmed_by=person,
    )
    shown = cancel(coordinator_client, session)
    assert "This session is running now." in shown
    assert "1 person is recorded as present in this session." in shown
