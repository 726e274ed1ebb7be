"""Recall a change of a session in the administration while its emails have not been sent."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from echo_portal.outbox.models import Message
from registrations.models import SessionChange
from sessions.models import Session
from tests.admin.pages import address, says
from tests.admin.session_changes import commit, page, preview
from tests.admin.two_hubs import HubRows

pytestmark = pytest.mark.usefixtures("luc_registered")


def test_committed_move_can_be_recalled(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    answer = commit(coordinator_client, session)
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(15), "rescheduled")
    emails = Message.objects.filter(kind="rescheduled", scope_id=own.hub.pk)
    assert {row.state for row in emails} == {"queued"}
    assert emails.count() == 2
    text = says(answer)
    assert "The session is moved. 2 emails wait until" in text
    assert "2 emails wait until" in text
    change = SessionChange.objects.get()
    assert (change.made_by, change.note_fr) == (own.coordinator, "La salle était prise.")
    assert coordinator_client.get(page(session, "recall", change.pk)).status_code == 405
    text = says(coordinator_client.post(page(session, "recall", change.pk), follow=True))
    assert "The session is as it was before" in text
    assert "Take it back" not in text
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(12), "published")
    assert {row.state for row in emails.all()} == {"cancelled"}


def test_change_cannot_be_recalled_after_an_email_was_sent(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    commit(coordinator_client, session)
    change = SessionChange.objects.get()
    first = Message.objects.filter(kind="rescheduled").first()
    assert first is not None
    Message.objects.filter(pk=first.pk).update(state="sent", sent_at=timezone.now())
    assert "Take it back" not in says(coordinator_client.get(address(Session, "change", session.pk)))
    assert "The first emails have left" in says(
        coordinator_client.post(page(session, "recall", change.pk), follow=True)
    )


def test_change_can_be_recalled_after_one_of_its_emails_was_cancelled(coordinator_client: Client, own: HubRows) -> None:
    commit(coordinator_client, own[Session])
    first = Message.objects.filter(kind="rescheduled").first()
    assert first is not None
    Message.objects.filter(pk=first.pk).update(state="cancelled")
    assert "1 email waits until" in says(coordinator_client.get(address(Session, "change", own[Session].pk)))
    coordinator_client.post(page(own[Session], "recall", SessionChange.objects.get().pk))
    own[Session].refresh_from_db()
    assert own[Session].start_time == dt.time(12)


def test_first_change_can_be_recalled_after_the_second(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    commit(coordinator_client, session)
    text = says(preview(coordinator_client, session, start_time="16:00", end_time="17:00"))
    assert "Calendar feeds and pages show the change at once." in text
    text = says(commit(coordinator_client, session, revision=1, start_time="16:00", end_time="17:00"))
    assert "no email leaves; calendar feeds and pages show the change at once." in text
    first, second = SessionChange.objects.order_by("pk")
    text = says(coordinator_client.post(page(session, "recall", second.pk), follow=True))
    assert "The session is as it was before. 2 emails are written, to those who were told another time." in text
    assert "2 emails wait until" in text
    text = says(coordinator_client.post(page(session, "recall", first.pk), follow=True))
    assert "The session is as it was before. No email leaves; calendar feeds show the old time again." in text
    assert "wait until" not in text


def test_recalled_cancellation_says_that_the_session_is_displayed_again(
    coordinator_client: Client, own: HubRows
) -> None:
    commit(coordinator_client, own[Session], "cancel")
    text = says(coordinator_client.post(page(own[Session], "recall", SessionChange.objects.get().pk), follow=True))
    assert "No email leaves; pages and calendar feeds show it again." in text
    assert "the old time" not in text
