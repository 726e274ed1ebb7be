"""Announcements in the administration: recipients, preview, count, recall."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations.actions import recall_announcement
from registrations.models import Announcement, Registration
from sessions.models import Session
from tests.admin.pages import form_key_of, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

WORDS = {
    "subject_en": "About {session}",
    "subject_fr": "Au sujet de {session}",
    "text_en": "Dear {name},\n\n{date}, {hours}\n\n{my_sessions}",
    "text_fr": "Bonjour {name},\n\n{join_link}",
}


@pytest.fixture
def coordinator_client(own: HubRows, people: People) -> Client:
    """Put Luc, who reads French, on the waiting list, and return the coordinator's browser."""
    now = timezone.now()
    Registration.objects.create(
        person=people.luc, session=own[Session], state="waiting", waiting_number=1, registered_at=now, changed_at=now
    )
    return signed_in_client(own.coordinator)


def here(session: Session) -> str:
    return reverse("admin:echo_sessions_session_write", args=(session.pk,))


def post(client: Client, session: Session, **fields: Any) -> Any:
    return client.post(here(session), {**WORDS, "step": "preview", **fields}, follow=True)


def send(client: Client, session: Session, counted: Any, **fields: Any) -> Any:
    key = fields.pop("form_key", None) or form_key_of(post(client, session, **fields))
    return post(client, session, step="send", counted=counted, form_key=key, **fields)


def recipients() -> list[str]:
    return sorted(Message.objects.filter(kind="announcement").values_list("address", flat=True))


def test_announcement_form_has_no_recipient_selected_by_default(coordinator_client: Client, own: HubRows) -> None:
    page = coordinator_client.get(here(own[Session])).content.decode()
    assert "checked" not in page
    for name in ("OWNHUB-person", "Luc Bélanger", "{join_link}"):
        assert name in page
    assert "Choose who gets it." in says(post(coordinator_client, own[Session]))
    assert "Tick who gets it." in says(post(coordinator_client, own[Session], whom="some"))
    assert recipients() == []


@pytest.mark.parametrize(("among", "names"), [("registered", {"OWNHUB-person"}), ("waiting", {"Luc Bélanger"})])
def test_recipient_list_can_be_filtered_by_registration_state(
    coordinator_client: Client, own: HubRows, among: str, names: set[str]
) -> None:
    page = says(coordinator_client.get(here(own[Session]), {"among": among}))
    assert {name for name in ("OWNHUB-person", "Luc Bélanger") if name in page} == names
    send(coordinator_client, own[Session], 1, whom="all", among=among)
    assert len(recipients()) == 1


def test_announcement_is_refused_unless_the_number_of_recipients_is_typed(
    coordinator_client: Client, own: HubRows
) -> None:
    shown = post(coordinator_client, own[Session], whom="all")
    assert "2 people get this message.</strong> 1 in English. 1 in French." in says(shown)
    for counted, sentence in (("", "Type how many"), ("two", "Type how many"), (3, "there are 2 now"), (1, "2 now")):
        answer = send(coordinator_client, own[Session], counted, whom="all", form_key=form_key_of(shown))
        assert sentence in says(answer), counted
    assert not Announcement.objects.exists()
    assert "2 emails wait until" in says(
        send(coordinator_client, own[Session], 2, whom="all", form_key=form_key_of(shown))
    )
    assert recipients() == ["luc@example.org", "ownhub-person@example.org"]


def test_announcement_preview_displays_a_sample_email_in_both_languages(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    luc = Registration.objects.get(person=people.luc)
    shown = post(coordinator_client, own[Session], whom="all", sample=luc.pk)
    assert "Au sujet de OWNHUB-session" in says(shown)
    key = shown.context["sample_key"]
    for language, greeting in (("en", "Dear Luc Bélanger"), ("fr", "Bonjour Luc Bélanger")):
        address = reverse("admin:echo_sessions_session_sample", args=(own[Session].pk, key, language))
        text = coordinator_client.get(address).content.decode()
        assert greeting in text
        assert "personal-link-" in text
        assert token_for(people.luc, MANAGE) not in text


def test_announcement_is_sent_to_selected_people_only(coordinator_client: Client, own: HubRows, other: HubRows) -> None:
    mine, theirs = own[Registration], other[Registration]
    shown = post(coordinator_client, own[Session], whom="some", people=[mine.pk, theirs.pk])
    assert "1 person gets this message." in says(shown)
    assert not leaks(shown)
    chosen = f"{mine.pk},{theirs.pk}"
    send(coordinator_client, own[Session], 1, whom="some", chosen=chosen, form_key=form_key_of(shown))
    assert recipients() == ["ownhub-person@example.org"]
    edit = post(coordinator_client, own[Session], whom="some", chosen=chosen, step="edit")
    assert edit.content.decode().count("checked") == 2  # the field "whom" and the selected person


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject_fr": ""}, "both languages"),
        ({"text_en": "{nobody}"}, "is not known"),
        ({"text_fr": "{name.__class__}"}, "is not known"),
        ({"subject_en": "a\nb"}, "on one line"),
        ({"text_en": "a\x07"}, "control characters"),
        ({"whom": "everybody"}, "Choose from the list."),
    ],
)
def test_invalid_announcement_displays_an_error_at_its_field(
    coordinator_client: Client, own: HubRows, changes: dict[str, str], sentence: str
) -> None:
    for step in ("preview", "send"):
        assert sentence in says(
            post(coordinator_client, own[Session], **{"whom": "all", "step": step, "counted": 2, **changes})
        )
    assert not Announcement.objects.exists()


def test_announcement_form_submitted_twice_writes_each_message_once(coordinator_client: Client, own: HubRows) -> None:
    shown = post(coordinator_client, own[Session], whom="all")
    for _press in range(2):
        assert send(coordinator_client, own[Session], 2, whom="all", form_key=form_key_of(shown)).status_code == 200
    assert Announcement.objects.count() == 1
    send(coordinator_client, own[Session], 2, whom="all")
    assert Announcement.objects.count() == 2
    assert "This page is too old." in says(send(coordinator_client, own[Session], 2, whom="all", form_key="x"))


def test_announcement_can_be_recalled_before_its_emails_are_sent(coordinator_client: Client, own: HubRows) -> None:
    page = says(send(coordinator_client, own[Session], 2, whom="all"))
    assert "You wrote to registrants a moment ago.</strong> 2 emails wait until" in page
    address = reverse("admin:echo_sessions_session_unwrite", args=(own[Session].pk, Announcement.objects.get().pk))
    assert coordinator_client.get(address).status_code == 405
    page = says(coordinator_client.post(address, follow=True))
    assert "2 emails were taken back." in page
    assert "Take the message back" not in page
    again = says(coordinator_client.post(address, follow=True))
    assert ("It was taken back already." in again, "Every email has left." in again) == (True, False)
    again = says(coordinator_client.post(address, follow=True, headers={"Accept-Language": "fr"}))
    assert "Le message a déjà été retiré." in again
    assert {row.state for row in Message.objects.filter(kind="announcement")} == {"cancelled"}


def test_announcement_that_was_sent_is_not_reported_as_recalled(coordinator_client: Client, own: HubRows) -> None:
    send(coordinator_client, own[Session], 2, whom="all")
    address = reverse("admin:echo_sessions_session_unwrite", args=(own[Session].pk, Announcement.objects.get().pk))
    first = Message.objects.filter(kind="announcement").earliest("pk")
    Message.objects.filter(kind="announcement").update(state="sent", sent_at=timezone.now())
    assert "Every email has left." in says(coordinator_client.post(address, follow=True))
    Message.objects.filter(pk=first.pk).update(state="queued", sent_at=None)
    assert "1 email was taken back." in says(coordinator_client.post(address, follow=True))
    assert "It was taken back already." in says(coordinator_client.post(address, follow=True))


def test_registrants_of_another_hub_are_neither_displayed_nor_emailed(
    own: HubRows, other: HubRows, people: People
) -> None:
    client = signed_in_client(own.coordinator)
    before = checksums()
    for fields in ({"whom": "all"}, {"whom": "some", "people": other[Registration].pk}):
        for step in ("preview", "send", "edit"):
            answer = post(client, other[Session], step=step, counted=1, **fields)
            assert answer.status_code == 404
            assert not leaks(answer)
    assert checksums() == before
    assert not leaks(client.get(here(own[Session])))
    shown = post(client, own[Session], whom="all")
    theirs = reverse("admin:echo_sessions_session_sample", args=(other[Session].pk, shown.context["sample_key"], "en"))
    assert client.get(theirs).status_code == 404
    staff = signed_in_client(people.staff)
    send(staff, other[Session], 1, whom="all")
    assert recipients() == ["xhubcanary-person@example.org"]
    announcement = Announcement.objects.get()
    for session in (own[Session], other[Session]):
        address = reverse("admin:echo_sessions_session_unwrite", args=(session.pk, announcement.pk))
        assert client.post(address).status_code == 404
    assert Message.objects.get(kind="announcement").state == "queued"
    assert Person.objects.filter(email="xhubcanary-person@example.org").exists()


def test_announcement_is_locked_while_it_is_recalled(own: HubRows) -> None:
    """If two coordinators recall an announcement at the same time, the second request waits for the first."""
    now = timezone.now()
    words = {"subject_en": "a", "subject_fr": "a", "text_en": "a", "text_fr": "a"}
    stored = Announcement.objects.create(session=own[Session], recipients=1, written_at=now, send_at=now, **words)
    with CaptureQueriesContext(connection) as asked, pytest.raises(Refusal, match="taken back already"):
        recall_announcement(announcement=stored, by=own.coordinator)
    first = asked[0]["sql"] if "SAVEPOINT" not in asked[0]["sql"] else asked[1]["sql"]
    assert first.endswith('FOR UPDATE OF "registrations_announcement"')
