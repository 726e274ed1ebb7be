"""Editing the text of a message in the administration."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from registrations.links import join_token
from registrations.models import Registration
from tests.admin.two_hubs import HubRows
from tests.smtp_server import Sink
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("no_suppression")


def test_edited_message_is_sent_with_its_text_and_personal_links(
    coordinator_client: Client, own: HubRows, sink: Sink
) -> None:
    message = own[Message]
    here = reverse("admin:outbox_message_edit", args=(message.pk,))
    text = coordinator_client.get(here).context["form"]["text"].value()
    with override(message.language):
        written = kind_of(message).render(message)
    footer = written.text[written.text.index("\n--\n") :].strip()
    calendars = {"REQUEST": 2, "PUBLISH": 1}[written.calendar.method if written.calendar else ""]
    assert "Why you get this" not in text
    words = "Dear { name } {{ secret }} {% now %} <b>&</b>,\n\n" + text
    assert coordinator_client.post(here, {"subject": "Another subject", "text": words}).status_code == 302
    line = AuditEvent.objects.get(verb="message-edited")
    assert line.details == {"fields": ["subject", "text"]}
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert deliver_due() == {"sent": 1}
    (email,) = sink.emails
    body, html = email.get_body(("plain",)), email.get_body(("html",))
    assert body is not None
    assert html is not None
    assert email["Subject"] == "Another subject"
    assert "Dear { name } {{ secret }} {% now %} <b>&</b>," in body.get_content()
    assert f"{footer}\n" in body.get_content().replace("\r\n", "\n")
    assert body.get_content().count("Pallium Canada.") == html.get_content().count("Pallium Canada.") == 1
    assert "Palliative Care ECHO</td>" in html.get_content()
    assert [part.get_content_type() for part in email.walk()].count("text/calendar") == calendars
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
def test_edit_with_an_invalid_placeholder_is_refused_and_names_it(
    coordinator_client: Client, own: HubRows, broken: str, language: str, sentence: str
) -> None:
    Person.objects.filter(pk=own.coordinator.pk).update(language=language)
    coordinator_client.cookies["language"] = language
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = coordinator_client.get(here).context["form"]["text"].value()
    placeholder = re.findall(r"personal-link-\w+", text)[0]
    change, named = BROKEN[broken]
    before = checksums()
    answer = coordinator_client.post(
        here, {"subject": "Subject", "text": text.replace(placeholder, change(placeholder), 1)}
    )
    assert answer.status_code == 200
    (said,) = answer.context["form"].errors["text"]
    assert said.replace("\u00a0", " ").startswith(sentence % (named or change(placeholder)))
    assert change(placeholder) in answer.context["form"]["text"].value()
    assert checksums() == before


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\n", "\u200b"])
@pytest.mark.parametrize("field", ["subject", "text"])
def test_edited_subject_and_text_cannot_be_empty(
    coordinator_client: Client, own: HubRows, field: str, blank: str
) -> None:
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    answer = coordinator_client.post(here, {"subject": "Subject", "text": "Text", field: blank})
    assert dict(answer.context["form"].errors) == {field: ["Fill this in."]}
    assert not Message.objects.get(pk=own[Message].pk).is_edited


def test_subject_with_personal_link_is_refused(coordinator_client: Client, own: HubRows) -> None:
    """Placeholders are replaced in the text only. The subject is sent as typed."""
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = coordinator_client.get(here).context["form"]["text"].value()
    placeholder = re.findall(r"personal-link-\w+", text)[0]
    answer = coordinator_client.post(here, {"subject": f"See {placeholder}", "text": text})
    assert list(answer.context["form"].errors) == ["subject"]
    own[Message].refresh_from_db()
    assert own[Message].edited_subject == ""


def test_text_to_edit_is_in_the_language_of_the_message(coordinator_client: Client, own: HubRows) -> None:
    """The text of an English email has English punctuation for a coordinator who works in French."""
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    english, french = (
        coordinator_client.get(here, headers={"accept-language": language}).context["form"]["text"].value()
        for language in ("en", "fr")
    )
    assert english == french
    assert re.findall("\u00a0:", french) == []


def test_link_placeholder_can_be_moved_repeated_or_removed(coordinator_client: Client, own: HubRows) -> None:
    here = reverse("admin:outbox_message_edit", args=(own[Message].pk,))
    text = coordinator_client.get(here).context["form"]["text"].value()
    addresses = re.findall(r"https?://\S*personal-link-\S*", text)
    assert len(addresses) > 1
    words = f"Hello\n\n({addresses[1]}), {addresses[0]}. {addresses[1]}"
    assert coordinator_client.post(here, {"subject": "Subject", "text": words}).status_code == 302


@pytest.mark.parametrize(
    "words", [{"subject": "a\nb", "text": "x"}, {"subject": "", "text": "x"}, {"subject": "a", "text": "x\x07"}]
)
def test_invalid_edit_displays_an_error_at_its_field(
    coordinator_client: Client, own: HubRows, words: dict[str, str]
) -> None:
    answer = coordinator_client.post(reverse("admin:outbox_message_edit", args=(own[Message].pk,)), words)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    own[Message].refresh_from_db()
    assert own[Message].edited_subject == ""
