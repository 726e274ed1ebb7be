"""The date and times of a held session can be corrected: without an email, with an audit event, to past dates only."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from echo_portal.outbox.models import Message
from sessions.models import Session
from tests.admin.pages import address, posted_fields
from tests.admin.two_hubs import HubRows, signed_in_client

pytestmark = pytest.mark.django_db

NOTE = {"en": "This session has been held. Correct its date", "fr": "Cette séance a eu lieu. Corrigez sa date"}
ONLY_PAST = {"en": "choose a day and hours that are past.", "fr": "choisissez un jour et des heures passés."}
TODAY = timezone.localdate


@pytest.fixture
def coordinator_client(own: HubRows) -> Client:
    session = own[Session]
    session.on_date = TODAY() - dt.timedelta(days=3)
    session.save()
    Message.objects.all().delete()
    return signed_in_client(own.coordinator)


def correct(coordinator_client: Client, own: HubRows, language: str = "en", **typed: Any) -> Any:
    here = address(Session, "change", own[Session].pk)
    return coordinator_client.post(
        here, {**posted_fields(coordinator_client, here), **typed}, headers={"accept-language": language}
    )


def test_correcting_a_held_session_sends_no_email_and_is_audited(coordinator_client: Client, own: HubRows) -> None:
    day = TODAY() - dt.timedelta(days=4)
    before = own[Session].revision
    assert (
        correct(coordinator_client, own, on_date=day.isoformat(), start_time="13:00", end_time="14:00").status_code
        == 302
    )
    session = Session.objects.get(pk=own[Session].pk)
    assert (session.on_date, session.start_time, session.revision) == (day, dt.time(13), before + 1)
    assert Message.objects.count() == 0
    trail = AuditEvent.objects.filter(verb="session-changed", about=f"session:{session.pk}").latest("id")
    assert (trail.actor_id, {"on_date", "start_time", "end_time"} <= set(trail.details["fields"])) == (
        own.coordinator.pk,
        True,
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("days", [1, None])
def test_held_session_cannot_be_moved_to_a_future_date(
    coordinator_client: Client, own: HubRows, days: int | None, language: str
) -> None:
    stored = Session.objects.get(pk=own[Session].pk).on_date
    typed = (
        {"on_date": (TODAY() + dt.timedelta(days=days)).isoformat()}
        if days
        else dict.fromkeys(("on_date", "start_time", "end_time"), "")
    )
    answer = correct(coordinator_client, own, language, **typed)
    assert (answer.status_code, ONLY_PAST[language] in answer.content.decode()) == (200, True)
    assert Session.objects.get(pk=own[Session].pk).on_date == stored


def test_state_of_a_held_session_is_read_only(coordinator_client: Client, own: HubRows) -> None:
    correct(coordinator_client, own, state="cancelled")
    assert Session.objects.get(pk=own[Session].pk).state == "published"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_of_a_held_session_explains_corrections(coordinator_client: Client, own: HubRows, language: str) -> None:
    page = coordinator_client.get(address(Session, "change", own[Session].pk), headers={"accept-language": language})
    assert NOTE[language] in page.content.decode()
