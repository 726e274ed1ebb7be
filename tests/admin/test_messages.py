"""Messages in the administration: read, edited, held, sent again by those whose hub they are of, and by nobody else."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from accounts.actions import request_sign_in_code
from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person
from echo_portal.admin.messages.pages import MessageAdmin
from echo_portal.outbox import pauses
from echo_portal.outbox.actions import read_secret
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import MailEvent, Message, Suppression
from echo_portal.outbox.previews import preview
from registrations.actions import write_reminders
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session
from tests.admin.test_scope import address, leaks, request_of, text_of
from tests.admin.two_hubs import CANARY, HubRows, enter
from tests.people import People
from tests.smtp_server import Sink
from tests.tables import checksums


@pytest.fixture
def desk(own: HubRows) -> Client:
    Suppression.objects.all().delete()
    return enter(own.coordinator)


def act(client: Client, name: str, *messages: Message, **fields: Any) -> Any:
    here = reverse("admin:outbox_message_act", args=(name,))
    return client.post(here, {"ids": ",".join(str(row.pk) for row in messages), **fields}, follow=True)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def settle(message: Message, state: str, **fields: Any) -> None:
    sent_at = timezone.now() if state == "sent" else None
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=sent_at, **fields)


def says(answer: Any) -> str:
    page = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", answer.content.decode())
    return re.sub(r"\s+", " ", page.replace("\u00a0", " "))


# --- reading ----------------------------------------------------------------------------------------


def test_a_message_says_who_gets_it_why_and_what_it_says_in_both_languages(desk: Client, own: HubRows) -> None:
    message = own[Message]
    page = says(desk.get(address(Message, "change", message.pk)))
    for words in ("Confirmation", "ownhub-person@example.org", "OWNHUB-why", "Waiting to be sent", "OWNHUB-hub"):
        assert words in page, words
    assert "In English: this one is sent" in page
    assert "You’re registered: OWNHUB-series" in page
    assert "Votre inscription" in page
    assert page.count("<iframe") == page.count("sandbox src=") == 2


def test_the_email_stands_in_a_frame_that_can_do_nothing(desk: Client, own: HubRows) -> None:
    for language, words in (("en", "You’re registered for one session"), ("fr", 'lang="fr-CA"')):
        answer = desk.get(reverse("admin:outbox_message_email", args=(own[Message].pk, language)))
        assert words in answer.content.decode()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert policy.endswith("sandbox")
        assert "script-src" not in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in answer.headers["Cache-Control"]
    page = desk.get(address(Message, "change", own[Message].pk))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-src" not in desk.get(address(Message, "changelist")).headers["Content-Security-Policy"]


def test_nobody_reads_anothers_personal_links(desk: Client, own: HubRows, people: People) -> None:
    person, row = own[Person], own[Registration]
    secrets = (token_for(person, MANAGE), join_token(row))
    for client in (desk, enter(people.staff)):
        pages = [address(Message, "change", own[Message].pk)]
        pages += [reverse("admin:outbox_message_email", args=(own[Message].pk, language)) for language in ("en", "fr")]
        pages += [reverse("admin:outbox_message_edit", args=(own[Message].pk,))]
        for page in pages:
            text = text_of(client.get(page))
            assert "personal-link-" in text, page
            assert [secret for secret in secrets if secret in text] == [], page


def test_what_another_hub_teaches_the_same_person_is_left_out_of_an_email(
    desk: Client, own: HubRows, other: HubRows, people: People
) -> None:
    """Her two sessions meet, and one mail reminds her of both: the other hub's stays out of what this one reads."""
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
            assert not leaks(desk.get(address(Message, page, message.pk)))
        for language in ("en", "fr"):
            assert not leaks(desk.get(reverse("admin:outbox_message_email", args=(message.pk, language))))
        # The control: her own letter does say it, and Pallium staff may read that.
        assert CANARY in preview(message, "en", scope_ids=None).text
    whole = enter(people.staff).get(address(Message, "change", reminder.pk))
    assert leaks(whole)


def test_sign_in_messages_are_read_by_nobody(people: People, own: HubRows) -> None:
    request_sign_in_code(email="luc@example.org", language="en")
    message = Message.objects.get(kind="sign-in-code")
    code, link = read_secret(message).split(" ")
    staff = enter(people.staff)
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
    assert before != checksums()["outbox_message"]  # only by this test's own hand
    assert enter(own.coordinator).get(address(Message, "change", message.pk)).status_code == 302


def test_what_did_not_arrive_has_a_list_of_its_own(desk: Client, own: HubRows) -> None:
    message = own[Message]
    here = address(Message, "changelist")
    for state in ("failed", "in-doubt", "suppressed"):
        settle(message, state)
        assert "ownhub-person@example.org" in says(desk.get(here, {"arrival": "no"}))
    for state in ("sent", "queued", "dropped", "cancelled"):
        settle(message, state)
        assert "ownhub-person@example.org" not in says(desk.get(here, {"arrival": "no"}))


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
    desk: Client, own: HubRows, question: dict[str, str], found: bool
) -> None:
    answer = desk.get(address(Message, "changelist"), question, follow=True)
    assert answer.status_code == 200
    assert ("OWNHUB-why" in says(answer)) is found


def test_messages_are_found_by_what_they_are_about(desk: Client, own: HubRows) -> None:
    assert "OWNHUB-why" in says(desk.get(address(Message, "changelist"), {"q": own[Message].about}))


def test_its_way_is_told_step_by_step(desk: Client, own: HubRows) -> None:
    message = own[Message]
    act(desk, "hold", message)
    MailEvent.objects.create(
        report_id="1",
        message_public_id=message.public_id,
        event="hard-bounce",
        detail="550 no such mailbox",
        happened_at=timezone.now(),
    )
    page = says(desk.get(address(Message, "change", message.pk)))
    for words in ("Written", "Held by OWNHUB-coordinator", "Came back for good", "550 no such mailbox"):
        assert words in page, words


# --- acting -----------------------------------------------------------------------------------------


def test_each_act_says_first_what_follows_and_then_leaves_a_line(desk: Client, own: HubRows) -> None:
    message = own[Message]
    steps = [("hold", "held"), ("release", "queued"), ("cancel", "cancelled")]
    for name, state in steps:
        before = checksums()
        page = desk.get(reverse("admin:outbox_message_act", args=(name,)), {"ids": message.pk})
        assert page.status_code == 200
        assert checksums() == before
        act(desk, name, message)
        assert state_of(message) == state
    lines = AuditEvent.objects.filter(about=f"message:{message.pk}").order_by("pk")
    assert [line.verb for line in lines] == ["message-held", "message-released", "message-cancelled"]
    assert {(line.actor_id, line.scope_id) for line in lines} == {(own.coordinator.pk, own.hub.pk)}


def test_several_are_held_at_once_and_what_cannot_be_is_said(desk: Client, own: HubRows, other: HubRows) -> None:
    message = own[Message]
    second = Message.objects.create(
        kind="confirmation", dedupe_key="2", address="two@example.org", language="en", scope_id=own.hub.pk,
        about="x", due_at=timezone.now(), state="cancelled",
    )  # fmt: skip
    chosen = {"action": "hold", "_selected_action": [message.pk, second.pk, other[Message].pk]}
    page = desk.post(address(Message, "changelist"), chosen, follow=True)
    assert "two@example.org: Only a waiting message can be held." in says(page)
    assert not leaks(page)
    act(desk, "hold", message, second, other[Message])
    assert [state_of(row) for row in (message, second, other[Message])] == ["held", "cancelled", "queued"]


def test_a_held_message_does_not_leave_and_a_released_one_does(desk: Client, own: HubRows, sink: Sink) -> None:
    message = own[Message]
    act(desk, "hold", message)
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert deliver_due() == {}
    act(desk, "release", message)
    assert deliver_due() == {"sent": 1}


@pytest.mark.parametrize("state", ["claimed", "transmitting", "sent", "in-doubt"])
def test_what_is_on_its_way_is_neither_held_edited_nor_cancelled(desk: Client, own: HubRows, state: str) -> None:
    message = own[Message]
    settle(message, state, lease_until=timezone.now(), token=message.public_id)
    for name in ("hold", "release", "cancel"):
        act(desk, name, message)
        assert state_of(message) == state
    desk.post(reverse("admin:outbox_message_edit", args=(message.pk,)), {"subject": "x", "text": "y"})
    message.refresh_from_db()
    assert message.edited_text == ""


def test_an_edited_message_is_sent_in_those_words_with_her_own_links(desk: Client, own: HubRows, sink: Sink) -> None:
    message = own[Message]
    here = reverse("admin:outbox_message_edit", args=(message.pk,))
    text = desk.get(here).context["form"]["text"].value()
    with override(message.language):
        written = kind_of(message).render(message)
    footer = written.text[written.text.index("\n--\n") :].strip()
    calendars = {"REQUEST": 2, "PUBLISH": 1}[written.calendar.method if written.calendar else ""]
    assert "Why you get this" not in text
    words = "Dear {name} {{ secret }} {% now %} <b>&</b>,\n\n" + text
    assert desk.post(here, {"subject": "Another subject", "text": words}).status_code == 302
    line = AuditEvent.objects.get(verb="message-edited")
    assert line.details == {"fields": ["subject", "text"]}
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert deliver_due() == {"sent": 1}
    (mail,) = sink.mails
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert html is not None
    assert mail["Subject"] == "Another subject"
    assert "Dear {name} {{ secret }} {% now %} <b>&</b>," in body.get_content()
    assert f"{footer}\n" in body.get_content().replace("\r\n", "\n")
    assert body.get_content().count("Pallium Canada.") == html.get_content().count("Pallium Canada.") == 1
    assert "Palliative Care ECHO</td>" in html.get_content()
    assert [part.get_content_type() for part in mail.walk()].count("text/calendar") == calendars
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html.get_content()
    for part in (body.get_content(), html.get_content()):
        assert token_for(own[Person], MANAGE) in part
        assert join_token(own[Registration]) in part
        assert "personal-link-" not in part


BROKEN: dict[str, tuple[Callable[[str], str], str | None]] = {
    "another": (lambda placeholder: "personal-link-deadbeef", "personal-link-deadbeef"),
    "one with more behind it": (lambda placeholder: f"{placeholder}0", None),
    "one cut short": (lambda placeholder: placeholder[:-1], None),
    "one in capitals": (lambda placeholder: placeholder.upper(), None),
    "nothing but its beginning": (lambda placeholder: "personal-link-", "personal-link-"),
}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "“%s” is none of this message’s personal links."),
        ("fr", "« %s » n’est pas un lien personnel de ce message."),
    ],
)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_stand_in_of_a_personal_link_is_named_and_nothing_is_saved(
    desk: Client, own: HubRows, broken: str, language: str, sentence: str
) -> None:
    Person.objects.filter(pk=own.coordinator.pk).update(language=language)
    desk.cookies["language"] = language
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = desk.get(here).context["form"]["text"].value()
    placeholder = re.findall(r"personal-link-\w+", text)[0]
    change, named = BROKEN[broken]
    before = checksums()
    answer = desk.post(here, {"subject": "Subject", "text": text.replace(placeholder, change(placeholder), 1)})
    assert answer.status_code == 200
    (said,) = answer.context["form"].errors["text"]
    assert said.replace("\u00a0", " ").startswith(sentence % (named or change(placeholder)))
    assert change(placeholder) in answer.context["form"]["text"].value()
    assert checksums() == before


def test_a_personal_link_in_a_subject_is_refused(desk: Client, own: HubRows) -> None:
    """A subject is sent as it was typed."""
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = desk.get(here).context["form"]["text"].value()
    placeholder = re.findall(r"personal-link-\w+", text)[0]
    answer = desk.post(here, {"subject": f"See {placeholder}", "text": text})
    assert list(answer.context["form"].errors) == ["subject"]
    own[Message].refresh_from_db()
    assert own[Message].edited_subject == ""


def test_the_words_to_edit_are_wholly_in_the_language_of_the_message(desk: Client, own: HubRows) -> None:
    """Whoever works in French finds an English letter with English colons."""
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    english, french = (
        desk.get(here, headers={"accept-language": language}).context["form"]["text"].value()
        for language in ("en", "fr")
    )
    assert english == french
    assert re.findall("\u00a0:", french) == []


def test_each_links_stand_in_may_be_moved_repeated_or_left_out(desk: Client, own: HubRows) -> None:
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = desk.get(here).context["form"]["text"].value()
    addresses = re.findall(r"https?://\S*personal-link-\S*", text)
    assert len(addresses) > 1
    words = f"Hello\n\n({addresses[1]}), {addresses[0]}. {addresses[1]}"
    assert desk.post(here, {"subject": "Subject", "text": words}).status_code == 302


# --- moments ----------------------------------------------------------------------------------------


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
def test_every_moment_is_by_the_eastern_clock_and_says_so(
    desk: Client, own: HubRows, language: str, shown: list[str], columns: list[str]
) -> None:
    desk.cookies["language"] = language
    message, suppression = own[Message], own[Suppression]
    suppression = Suppression.objects.create(address_key=message.address, reason="hard-bounce")
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
        text = says(desk.get(page))
        assert [moment for moment in shown if moment not in text] == [], page
        titles = columns[:2] if number < 2 else columns[2:]
        assert [title for title in titles if title.casefold() not in text.casefold()] == [], page
        assert [words for words in ("p.m.", "noon", "midi") if words in text] == [], page
    way = {"en": "Its way so far (Eastern time)", "fr": "Son parcours jusqu’ici (heure de l’Est)"}
    assert way[language] in says(desk.get(pages[1]))


def test_before_an_act_the_due_moment_is_said_with_its_clock(desk: Client, own: HubRows) -> None:
    Message.objects.filter(pk=own[Message].pk).update(due_at=dt.datetime(2026, 12, 30, 2, 55, tzinfo=dt.UTC))
    page = desk.get(reverse("admin:outbox_message_act", args=("hold",)), {"ids": own[Message].pk})
    assert "due Tue, Dec 29, 9:55 pm ET" in says(page)


@pytest.mark.parametrize(
    "words", [{"subject": "a\nb", "text": "x"}, {"subject": "", "text": "x"}, {"subject": "a", "text": "x\x07"}]
)
def test_words_that_cannot_be_sent_are_refused_at_the_field(desk: Client, own: HubRows, words: dict[str, str]) -> None:
    answer = desk.post(reverse("admin:outbox_message_edit", args=(own[Message].pk,)), words)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    own[Message].refresh_from_db()
    assert own[Message].edited_subject == ""


def test_sending_again_is_a_new_row_and_a_second_press_is_none(desk: Client, own: HubRows, sink: Sink) -> None:
    message = own[Message]
    settle(message, "sent", edited_subject="In other words")
    page = desk.get(reverse("admin:outbox_message_act", args=("resend",)), {"ids": message.pk})
    assert f'name="number-{message.pk}" value="1"' in page.content.decode()
    for _press in range(2):
        act(desk, "resend", message, **{f"number-{message.pk}": 1})
    again = Message.objects.exclude(pk=message.pk).get(scope_id=own.hub.pk)
    assert (again.dedupe_key, again.edited_subject) == (f"resend:{message.pk}:1", "In other words")
    assert AuditEvent.objects.filter(verb="message-resent").count() == 1
    assert deliver_due() == {"sent": 1}
    act(desk, "resend", message, **{f"number-{message.pk}": 2})
    assert Message.objects.filter(dedupe_key=f"resend:{message.pk}:2").exists()


def test_what_is_no_longer_true_useful_or_wanted_is_not_sent_again(desk: Client, own: HubRows) -> None:
    message = own[Message]
    assert "has not ended" in says(act(desk, "resend", message))
    settle(message, "sent", expires_at=timezone.now())
    assert "Its moment has passed" in says(act(desk, "resend", message))
    settle(message, "sent", expires_at=None)
    suppression = Suppression.objects.create(address_key=message.address, reason="complaint")
    assert "Lift the address first" in says(act(desk, "resend", message))
    suppression.delete()
    Registration.objects.update(state="cancelled", cancelled_at=timezone.now())
    assert "no longer true" in says(act(desk, "resend", message))
    assert Message.objects.filter(scope_id=own.hub.pk).count() == 1
    assert "there is no email to show" in says(desk.get(address(Message, "change", message.pk)))


def test_looking_whether_a_reminder_may_be_sent_again_marks_nothing(desk: Client, own: HubRows) -> None:
    write_reminders([own[Registration]])
    reminder = Message.objects.get(kind="reminder-day")
    settle(reminder, "sent")
    copy = Message.objects.get(pk=reminder.pk)
    copy.pk, copy.public_id, copy.dedupe_key = None, uuid.uuid4(), "twin"
    copy.state, copy.sent_at = "queued", None
    copy.save(force_insert=True)
    before = checksums()
    desk.get(reverse("admin:outbox_message_act", args=("resend",)), {"ids": reminder.pk})
    desk.get(address(Message, "change", reminder.pk))
    assert checksums() == before


# --- the bounce list --------------------------------------------------------------------------------


def test_an_address_is_lifted_by_those_whose_messages_went_there(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    mine, theirs = own[Suppression], other[Suppression]
    chosen = {"action": "lift", "_selected_action": [mine.pk, theirs.pk]}
    page = client.post(address(Suppression, "changelist"), chosen)
    assert "ownhub-person@example.org" in says(page)
    assert not leaks(page)
    client.post(address(Suppression, "changelist"), {**chosen, "confirmed": "yes"})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.lifted_by_id, theirs.lifted_at) == (own.coordinator.pk, None)
    assert AuditEvent.objects.get(verb="suppression-lifted").about == f"suppression:{mine.pk}"


def test_an_address_both_hubs_write_to_is_both_hubs(own: HubRows, other: HubRows) -> None:
    Message.objects.filter(pk=own[Message].pk).update(address=other[Person].email.upper())
    page = enter(own.coordinator).get(address(Suppression, "change", other[Suppression].pk))
    assert page.status_code == 200


# --- the queue --------------------------------------------------------------------------------------


def test_a_queue_that_stands_still_is_said_on_the_start_page(
    desk: Client, own: HubRows, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert "No message leaves" not in says(desk.get("/admin/"))
    pauses.pause("535 5.7.8 sign-in refused")
    caplog.clear()
    page = says(desk.get("/admin/"))
    assert "No message leaves at the moment." in page
    assert "535 5.7.8 sign-in refused" in page
    assert "No message leaves" not in says(Client().get("/admin/", follow=True))
    pauses.resume()
    settings.MAIL_HELD = True
    assert "set not to send" in says(desk.get("/admin/"))


# --- scope ------------------------------------------------------------------------------------------


def own_addresses(message: Message) -> list[str]:
    acts = ("hold", "release", "cancel", "resend")
    pages = [reverse("admin:outbox_message_act", args=(name,)) + f"?ids={message.pk}" for name in acts]
    pages += [reverse("admin:outbox_message_edit", args=(message.pk,))]
    pages += [reverse("admin:outbox_message_email", args=(message.pk, language)) for language in ("en", "fr", "xx")]
    return pages


def test_another_hubs_message_is_not_there_at_any_address_of_its_own(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    before = checksums()
    for page in own_addresses(other[Message]):
        data = {"ids": str(other[Message].pk), "subject": "x", "text": "y"}
        for answer in (client.get(page), client.post(page, data)):
            assert answer.status_code == 404, page
            assert not leaks(answer)
    assert checksums() == before
    assert client.get(address(Message, "change", own[Message].pk)).status_code == 200


def test_people_without_a_hub_and_strangers_reach_no_message(own: HubRows, people: People) -> None:
    nobody = enter(people.make("nobody@example.org", "No Hub", is_staff=True))
    for client in (nobody, enter(people.stranger), Client()):
        for page in own_addresses(own[Message]):
            answer = client.get(page)
            assert answer.status_code in {302, 403, 404}
            assert "OWNHUB" not in text_of(answer)


def test_pallium_staff_reaches_the_messages_of_every_hub(own: HubRows, other: HubRows, people: People) -> None:
    client = enter(people.staff)
    for message in (own[Message], other[Message]):
        Suppression.objects.all().delete()
        act(client, "hold", message)
        assert state_of(message) == "held"


class Unscoped(MessageAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return Message.objects.all()


def test_without_the_guard_the_same_questions_do_leak(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    page = Unscoped(Message, admin.site)
    assert page.own(request, other[Message].pk) == other[Message]
    assert leaks(page.email_view(request, other[Message].pk, "en"))
