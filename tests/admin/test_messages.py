"""The pages of messages in the administration: content, access rules, and times in Eastern time."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import request_sign_in_code
from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox import pauses
from echo_portal.outbox.actions import read_secret
from echo_portal.outbox.kinds import kind_label
from echo_portal.outbox.models import MailEvent, Message, Suppression
from echo_portal.outbox.previews import preview
from registrations.actions import write_reminders
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session
from tests.admin.message_acts import act, settle
from tests.admin.pages import address, leaks, says, text_of
from tests.admin.two_hubs import CANARY, HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("no_suppression")


def test_message_page_displays_recipient_reason_and_both_languages(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    page = says(coordinator_client.get(address(Message, "change", message.pk)))
    for words in ("Confirmation", "ownhub-person@example.org", "OWNHUB-why", "Waiting to be sent", "OWNHUB-hub"):
        assert words in page, words
    assert "In English: this one is sent" in page
    assert "You’re registered: OWNHUB-series" in page
    assert "Votre inscription" in page
    assert page.count("<iframe") == page.count("sandbox src=") == 2


def test_email_preview_is_sandboxed(coordinator_client: Client, own: HubRows) -> None:
    for language, words in (("en", "You’re registered for one session"), ("fr", 'lang="fr-CA"')):
        answer = coordinator_client.get(reverse("admin:outbox_message_email", args=(own[Message].pk, language)))
        assert words in answer.content.decode()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert policy.endswith("sandbox")
        assert "script-src" not in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in answer.headers["Cache-Control"]
    page = coordinator_client.get(address(Message, "change", own[Message].pk))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-src" not in coordinator_client.get(address(Message, "changelist")).headers["Content-Security-Policy"]


def test_personal_links_are_replaced_on_message_pages(coordinator_client: Client, own: HubRows, people: People) -> None:
    person, row = own[Person], own[Registration]
    secrets = (token_for(person, MANAGE), join_token(row))
    for client in (coordinator_client, signed_in_client(people.staff)):
        pages = [address(Message, "change", own[Message].pk)]
        pages += [reverse("admin:outbox_message_email", args=(own[Message].pk, language)) for language in ("en", "fr")]
        pages += [reverse("admin:outbox_message_edit", args=(own[Message].pk,))]
        for page in pages:
            text = text_of(client.get(page))
            assert "personal-link-" in text, page
            assert [secret for secret in secrets if secret in text] == [], page


def test_email_preview_omits_sessions_of_another_hub(
    coordinator_client: Client, own: HubRows, other: HubRows, people: People
) -> None:
    """A reminder bundles sessions of two hubs. The preview for one hub omits the session of the other."""
    now = timezone.now()
    theirs = Registration.objects.create(
        person=own[Person], session=other[Session], state="registered", registered_at=now, changed_at=now
    )
    for row in (own[Registration], theirs):
        row.refresh_from_db()
        write_reminders([row])
    reminder = Message.objects.get(kind="reminder-day", scope_id=own.hub.pk)
    for message in (own[Message], reminder):
        for page in ("change",):
            assert not leaks(coordinator_client.get(address(Message, page, message.pk)))
        for language in ("en", "fr"):
            assert not leaks(coordinator_client.get(reverse("admin:outbox_message_email", args=(message.pk, language))))
        # Control: the email as sent names the other session, and Pallium staff may read it.
        assert CANARY in preview(message, "en", scope_ids=None).text
    whole = signed_in_client(people.staff).get(address(Message, "change", reminder.pk))
    assert leaks(whole)


def test_sign_in_message_is_not_readable_in_the_administration(people: People, own: HubRows) -> None:
    request_sign_in_code(email="luc@example.org", language="en")
    message = Message.objects.get(kind="sign-in-code")
    code, link = read_secret(message).split(" ")
    staff = signed_in_client(people.staff)
    page = staff.get(address(Message, "change", message.pk))
    assert "shown to nobody but its receiver" in says(page)
    for text in (text_of(page), text_of(staff.get(address(Message, "changelist")))):
        assert not {part for part in (code, f"{code[:3]} {code[3:]}", link, message.secret) if part in text}
    assert "Sign-in code" in says(staff.get(address(Message, "changelist")))
    assert staff.get(reverse("admin:outbox_message_email", args=(message.pk, "en"))).status_code == 404
    assert "left alone" in says(staff.get(reverse("admin:outbox_message_edit", args=(message.pk,)), follow=True))
    before = checksums()["outbox_message"]
    for name in ("hold", "cancel", "resend"):
        assert "left alone" in says(act(staff, name, message))
    settle(message, "sent", secret="")
    assert "left alone" in says(act(staff, "resend", message))
    assert before != checksums()["outbox_message"]  # changed by this test only
    assert signed_in_client(own.coordinator).get(address(Message, "change", message.pk)).status_code == 302


def test_messages_can_be_filtered_by_arrival(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    here = address(Message, "changelist")
    for state in ("failed", "in-doubt", "suppressed"):
        settle(message, state)
        assert "ownhub-person@example.org" in says(coordinator_client.get(here, {"arrival": "no"}))
    for state in ("sent", "queued", "dropped", "cancelled"):
        settle(message, state)
        assert "ownhub-person@example.org" not in says(coordinator_client.get(here, {"arrival": "no"}))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"q": "OWNHUB-person"}, True),
        ({"q": "nobody@"}, False),
        ({"kind": "confirmation"}, True),
        ({"kind": "rescheduled"}, False),
        ({"arrival": "waiting"}, True),
        ({"language": "fr"}, False),
        ({"language": "x"}, True),
        ({"hub": "0"}, True),
        ({"hub": "x"}, True),
        ({"kind": "\x00"}, False),
    ],
)
def test_messages_are_found_by_address_kind_and_state(
    coordinator_client: Client, own: HubRows, question: dict[str, str], found: bool
) -> None:
    answer = coordinator_client.get(address(Message, "changelist"), question, follow=True)
    assert answer.status_code == 200
    assert ("OWNHUB-why" in says(answer)) is found


def test_messages_are_found_by_the_object_they_are_about(coordinator_client: Client, own: HubRows) -> None:
    assert "OWNHUB-why" in says(coordinator_client.get(address(Message, "changelist"), {"q": own[Message].about}))


def test_message_history_lists_each_step(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    act(coordinator_client, "hold", message)
    MailEvent.objects.create(
        report_id="1",
        message_public_id=message.public_id,
        event="hard-bounce",
        detail="550 no such mailbox",
        happened_at=timezone.now(),
    )
    page = says(coordinator_client.get(address(Message, "change", message.pk)))
    for words in ("Written", "Held by OWNHUB-coordinator", "Came back for good", "550 no such mailbox"):
        assert words in page, words


@pytest.mark.parametrize(
    ("language", "shown", "columns"),
    [
        (
            "en",
            ["Dec 29, 2026, 9:55 pm", "Dec 30, 2026, 12:00 pm"],
            ["due (Eastern time)", "sent (Eastern time)", "since (Eastern time)", "lifted (Eastern time)"],
        ),
        (
            "fr",
            ["29 déc. 2026, 21 h 55", "30 déc. 2026, 12 h"],
            [
                "échéance (heure de l’Est)",
                "envoi (heure de l’Est)",
                "depuis (heure de l’Est)",
                "levée (heure de l’Est)",
            ],
        ),
    ],
)
def test_message_times_are_displayed_in_eastern_time_with_its_name(
    coordinator_client: Client, own: HubRows, language: str, shown: list[str], columns: list[str]
) -> None:
    coordinator_client.cookies["language"] = language
    message, suppression = own[Message], own[Suppression]
    suppression = Suppression.objects.create(
        address_key=message.address, scope_id=message.scope_id, reason="hard-bounce"
    )
    due, sent = dt.datetime(2026, 12, 30, 2, 55, tzinfo=dt.UTC), dt.datetime(2026, 12, 30, 17, 0, tzinfo=dt.UTC)
    Message.objects.filter(pk=message.pk).update(due_at=due, sent_at=sent, state="sent", expires_at=sent)
    Suppression.objects.filter(pk=suppression.pk).update(since_at=due, lifted_at=sent)
    pages = [
        address(Message, "changelist"),
        address(Message, "change", message.pk),
        address(Suppression, "changelist"),
        address(Suppression, "change", suppression.pk),
    ]
    for number, page in enumerate(pages):
        text = says(coordinator_client.get(page))
        assert [moment for moment in shown if moment not in text] == [], page
        titles = columns[:2] if number < 2 else columns[2:]
        assert [title for title in titles if title.casefold() not in text.casefold()] == [], page
        assert [words for words in ("p.m.", "noon", "midi") if words in text] == [], page
    way = {"en": "Its way so far (Eastern time)", "fr": "Son parcours jusqu’ici (heure de l’Est)"}
    assert way[language] in says(coordinator_client.get(pages[1]))


def test_start_page_displays_a_warning_while_no_message_is_sent(
    coordinator_client: Client, own: HubRows, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert "No message leaves" not in says(coordinator_client.get("/admin/"))
    pauses.pause("535 5.7.8 sign-in refused")
    caplog.clear()
    page = says(coordinator_client.get("/admin/"))
    assert "No message leaves at the moment." in page
    assert "535 5.7.8 sign-in refused" in page
    assert "No message leaves" not in says(Client().get("/admin/", follow=True))
    pauses.resume()
    settings.MAIL_HELD = True
    assert "set not to send" in says(coordinator_client.get("/admin/"))


def test_answer_of_the_mail_server_is_explained_in_french_and_quoted(
    coordinator_client: Client, own: HubRows, caplog: pytest.LogCaptureFixture
) -> None:
    answer = "550 5.1.1 No such user"
    Message.objects.filter(pk=own[Message].pk).update(state="failed", reason=answer)
    MailEvent.objects.create(
        report_id="said",
        message_public_id=own[Message].public_id,
        event="hard-bounce",
        detail=answer,
        happened_at=timezone.now(),
    )
    Suppression.objects.create(address_key="a@example.org", scope_id=own.hub.pk, reason="hard-bounce", detail=answer)
    pauses.pause(answer)
    caplog.clear()
    pages = [address(Message, "change", own[Message].pk), address(Suppression, "changelist"), reverse("admin:index")]
    for page, times in zip(pages, (2, 1, 1), strict=True):
        text = coordinator_client.get(page, headers={"accept-language": "fr"}).content.decode()
        sentence = "Le serveur de courriel ne connaît pas cette adresse."
        assert text.count(f'{sentence} <q class="quiet" lang="en">{answer}</q>') == times, page
        assert text.count(answer) == times, page


def test_history_of_a_message_is_headed_by_its_kind_in_words(coordinator_client: Client, own: HubRows) -> None:
    message = own[Message]
    page = says(coordinator_client.get(reverse("admin:outbox_message_history", args=(message.pk,))))
    assert f"History: {kind_label(message.kind)}" in page
    assert str(message.public_id) not in page
