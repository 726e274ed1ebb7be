"""Send a message again, after a preview. A message that is no longer true is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.message_kinds import UNCHANGED
from registrations.models import Registration
from sessions.models import Session
from tests.admin.message_acts import act, settle
from tests.admin.two_hubs import HubRows
from tests.builders import enroll
from tests.people import People

pytestmark = pytest.mark.usefixtures("no_suppression")

NOT_TRUE = "What it says is no longer true, so it is not sent again."


def asks(client: Client, message: Message) -> str:
    page = client.get(reverse("admin:outbox_message_act", args=("resend",)), {"ids": message.pk})
    return " ".join(page.content.decode().split())


def confirmation(own: HubRows, people: People) -> Message:
    enroll(people.ama, own[Session].series, own[Session])
    message = Message.objects.get(kind="confirmation", person_id=people.ama.pk)
    settle(message, "sent")
    return message


def test_resend_page_displays_the_current_content_of_the_email(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    message = confirmation(own, people)
    Session.objects.filter(pk=own[Session].pk).update(title_en="Moved to Yellowknife", title_fr="")
    page = asks(coordinator_client, message)
    assert 'It will say: <strong lang="en">' in page
    assert "Moved to Yellowknife" in page
    assert token_for(people.ama, MANAGE) not in page


def test_resending_a_confirmation_of_a_held_session_is_refused(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    message = confirmation(own, people)
    past = timezone.now() - dt.timedelta(days=1)
    Session.objects.filter(pk=own[Session].pk).update(
        starts_at=past - dt.timedelta(hours=1), ends_at=past, over_at=past
    )
    assert NOT_TRUE in asks(coordinator_client, message)


def test_resending_a_recalled_announcement_is_refused(coordinator_client: Client, own: HubRows, people: People) -> None:
    texts = actions.AnnouncementTexts("About it", "À ce sujet", "Wrong date", "Mauvaise date")
    row = own[Registration]
    announcement = actions.write_to_registrants(
        session=own[Session], registration_ids=[row.pk], texts=texts, counted=1, by=own.coordinator
    )
    actions.recall_announcement(announcement=announcement, by=own.coordinator)
    message = Message.objects.get(kind="announcement")
    assert NOT_TRUE in asks(coordinator_client, message)
    act(coordinator_client, "resend", message)
    assert Message.objects.filter(kind="announcement").count() == 1


def test_resending_an_unchanged_notice_is_refused_after_leaving_the_series(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    confirmation(own, people)
    enroll(people.ama, own[Session].series, own[Session])
    message = Message.objects.get(kind=UNCHANGED)
    settle(message, "sent")
    assert NOT_TRUE not in asks(coordinator_client, message)
    actions.leave_series(person=people.ama, series=own[Session].series, by=people.ama)
    assert NOT_TRUE in asks(coordinator_client, message)
