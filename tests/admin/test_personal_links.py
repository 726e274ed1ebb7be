"""An edited text may contain a personal link only as the complete address that the portal writes (SAFETY.md 8)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import edit_message
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations.actions import cancel_session
from registrations.models import Announcement, Registration, SessionChange
from registrations.placeholders import check_placeholders
from sessions.models import Series, Session
from tests.admin.pages import says
from tests.admin.session_changes import preview as preview_change
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.smtp_server import Sink

ALONE = [
    "{join_link}",
    "{hours}.Bring {date}/{hours}, d’{name}… https://queens.example/",
    "Join: {join_link}",
    "({join_link}).",
    "« {my_sessions} »\u00a0!",
    "a\n{join_link}\nb",
    '<https://queens.example/> "here": {join_link}',
    "https://queens.example/a and\n{join_link}",
    "«\u00a0{join_link}\u00a0»",
    "« {my_sessions}\u202f»\u00a0: {date}\u00a0– {hours}\u00a0h",
]
# Spaces other than those of the keyboard, and invisible marks: an email program may make them part of a link.
SPACES = (
    "\u00a0\u00ad\u034f\u1680\u180e\u2003\u200b\u2028\u2029\u202f\u205f\u2060\u2800\u3000\u3164\ufe0f\ufeff\x85\x0b\x1f"
)
INSIDE = [
    "https://elsewhere.example/c?u={join_link}",
    "https://elsewhere.example/#{my_sessions}",
    "{join_link}.elsewhere.example",
    "x{join_link}",
    "{join_link}{my_sessions}",
    "https://elsewhere.example/\u200b{join_link}",
    *(f"https://elsewhere.example/?u={space}{{join_link}}" for space in SPACES),
    "<https://elsewhere.example/c?u= {join_link}>",
    "<URL: https://elsewhere.example/ c {join_link}>",
    '"https://elsewhere.example/m?u= {my_sessions}"',
    "https://elsewhere.example/c?u= {join_link}",
    "elsewhere.example/c?u= {join_link}",
    "www.elsewhere.example/#\n{join_link}",
    *(f"{{my_sessions}}{space}.elsewhere.example" for space in SPACES),
]
NAME_INSIDE = [
    "https://elsewhere.example/?n={name}",
    "(HTTPS://elsewhere.example/{series})",
    "www.elsewhere/{date}",
    "elsewhere.example/{hours}",
    "{name}.elsewhere.example",
    "{name}@elsewhere.example",
    "mailto:x?subject={session}",
    "{series}{name}",
    "{series}\u200b{name}",
    *(f"elsewhere{dot}example/{{hours}}" for dot in "。．｡․﹒"),
    *(f"elsewhere.{mark}example/{{hours}}" for mark in "\u00ad\u034f\u200b\u200d\u2060\ufe0f\ufeff"),
    *(f"elsewhere{mark}.example/{{hours}}" for mark in "\u00ad\u034f\u200b\u200d\u2060\ufe0f\ufeff"),
    *(f"https://elsewhere/?n={space}{{name}}" for space in SPACES),
    "{name}＠elsewhere",
    "https：／／elsewhere/{date}",
]
UNCLOSED = ["{join_link", "See {join_link and {name}", "{name\n}", "name}", "https://elsewhere.example/?u={join_link"]
MASKED = ["personal-link-0123456789", "http://localhost:8000/en/join/personal-link-0123456789/"]


@pytest.mark.parametrize("text", ALONE)
def test_complete_personal_link_is_accepted(text: str) -> None:
    check_placeholders(text, field="text_en")


@pytest.mark.parametrize("text", INSIDE)
def test_personal_link_within_another_url_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_placeholders(text, field="text_en")
    assert (refused.value.code, refused.value.field) == ("misplaced-link", "text_en")


@pytest.mark.parametrize("field", ["text_fr", "subject_en"])
@pytest.mark.parametrize(
    ("code", "text"),
    [
        *(("inside-address", text) for text in NAME_INSIDE),
        *(("unclosed-brace", text) for text in UNCLOSED),
        *(("masked-link", text) for text in MASKED),
    ],
)
def test_placeholder_that_is_inside_an_address_unclosed_or_masked_is_refused(code: str, text: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_placeholders(text, field=field)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_personal_link_in_a_subject_is_refused() -> None:
    with pytest.raises(Refusal, match="stands alone in the text"):
        check_placeholders("Join {join_link}", field="subject_fr")


@pytest.mark.usefixtures("no_suppression")
@pytest.mark.parametrize("words", [INSIDE[0], NAME_INSIDE[0], UNCLOSED[0], MASKED[1]])
def test_stored_announcement_with_a_misplaced_placeholder_is_not_sent(own: HubRows, sink: Sink, words: str) -> None:
    text = {"text_en": words, "text_fr": words, "subject_en": "Hello", "subject_fr": "Bonjour"}
    session, place = own[Session], own[Registration]
    now = place.registered_at
    stored = Announcement.objects.create(session=session, recipients=1, written_at=now, send_at=now, **text)
    message = own[Message]
    Message.objects.exclude(pk=message.pk).delete()
    payload = {"announcement": stored.pk, "registration": place.pk}
    Message.objects.filter(pk=message.pk).update(kind="announcement", payload=payload, due_at=now)
    assert deliver_due() == {"failed": 1}
    assert Message.objects.get(pk=message.pk).reason.startswith("Refusal:")
    assert sink.emails == []


def original(message: Message) -> str:
    return preview(message, message.language, scope_ids=None, to_edit=True).text


@pytest.mark.parametrize(
    "change",
    [
        lambda address: f"https://elsewhere.example/?u={address}",
        *(lambda address, space=space: f"https://elsewhere.example/?u={space}{address}" for space in SPACES),
        lambda address: re.sub(r"https?://[^/]+", "https://elsewhere.example", address),
        lambda address: f"{address}.elsewhere.example",
        lambda address: f"<https://elsewhere.example/?u= {address}>",
        lambda address: f'"https://elsewhere.example/c {address}"',
        lambda address: re.findall(r"personal-link-\w+", address)[0],
    ],
)
def test_edit_with_a_personal_link_inside_another_address_is_refused(own: HubRows, change: object) -> None:
    message = own[Message]
    text = original(message)
    address = re.findall(r"https?://\S*personal-link-\S*", text)[0]
    with pytest.raises(Refusal) as refused:
        edit_message(message=message, subject="", text=f"Hello\n\n{change(address)}")  # type: ignore[operator]
    assert refused.value.code == "misplaced-link"
    message.refresh_from_db()
    assert message.edited_text == ""


@pytest.mark.usefixtures("no_suppression")
def test_stored_edit_with_a_misplaced_link_is_not_sent(own: HubRows, sink: Sink) -> None:
    message = own[Message]
    placeholder = re.findall(r"personal-link-\w+", original(message))[0]
    Message.objects.exclude(pk=message.pk).delete()
    text = f"Hello\n\nhttps://elsewhere.example/?u={placeholder}"
    Message.objects.filter(pk=message.pk).update(edited_text=text, due_at=message.created_at)
    assert deliver_due() == {"failed": 1}
    assert Message.objects.get(pk=message.pk).reason.startswith("MisplacedLinkError:")
    assert sink.emails == []


def test_preview_of_an_edited_message_displays_its_placeholders(own: HubRows) -> None:
    message, client = own[Message], signed_in_client(own.coordinator)
    (first, *_others) = re.findall(r"https?://\S*personal-link-\S*", original(message))
    for edited in (f"Hello\n\n{first}", f"Hello\n\nhttps://elsewhere.example/?u={first}"):
        Message.objects.filter(pk=message.pk).update(edited_text=edited)
        message.refresh_from_db()
        assert edited in preview(message, message.language, scope_ids=None).text
        for page in ("change", "edit"):
            assert client.get(reverse(f"admin:outbox_message_{page}", args=(message.pk,))).status_code == 200


def test_announcement_with_a_misplaced_link_displays_an_error(own: HubRows) -> None:
    client: Client = signed_in_client(own.coordinator)
    here = reverse("admin:echo_sessions_session_write", args=(own[Session].pk,))
    words = {"subject_en": "Hello", "subject_fr": "Bonjour", "text_en": INSIDE[0], "text_fr": "Bonjour"}
    page = client.post(here, {"whom": "all", **words}).content.decode()
    assert "a personal link stands alone in the text" in page


@pytest.mark.parametrize(
    "text", ["https://elsewhere.example/?n={name}", "Hello {join_link", "https://elsewhere.example/?n={name"]
)
def test_edit_with_a_name_in_braces_inside_an_address_or_unclosed_is_refused(own: HubRows, text: str) -> None:
    message = own[Message]
    for field, words in (("subject", {"subject": text, "text": ""}), ("text", {"subject": "", "text": text})):
        with pytest.raises(Refusal) as refused:
            edit_message(message=message, **words)
        assert (refused.value.code, refused.value.field) == ("stand-in", field)


def test_note_with_an_unclosed_or_masked_link_is_refused(own: HubRows) -> None:
    for words in ("See {join_link", MASKED[1]):
        with pytest.raises(Refusal):
            cancel_session(session=own[Session], by=own.coordinator, note_en=words)
    assert not SessionChange.objects.exists()


@pytest.mark.parametrize("name", ["join_link", "my_sessions", "name"])
def test_name_in_braces_is_refused_in_an_edited_message_and_in_a_note(own: HubRows, name: str) -> None:
    """Only announcements have such placeholders. In other texts, recipients would get the braces unchanged."""
    message, session = own[Message], own[Session]
    with pytest.raises(Refusal) as refused:
        edit_message(message=message, subject="", text=f"Hello\n\n{{{name}}}")
    assert (refused.value.code, refused.value.field) == ("stand-in", "text")
    client = signed_in_client(own.coordinator)
    for kind in ("move", "cancel"):
        shown = says(preview_change(client, session, kind, note_fr=f"Ici : {{{name}}}"))
        assert f"“{{{name}}}” is none of this message’s personal links." in shown
    with pytest.raises(Refusal):
        cancel_session(session=session, by=own.coordinator, note_en=f"See {{{name}}}")
    assert not SessionChange.objects.exists()


def test_edit_may_contain_braces_that_are_in_the_title_of_the_series(own: HubRows) -> None:
    Series.objects.filter(pk=own[Series].pk).update(title_en="Grief {part_one}")
    message = own[Message]
    edit_message(message=message, subject="", text="Hello\n\nGrief {part_one}")
    with pytest.raises(Refusal):
        edit_message(message=message, subject="", text="Hello\n\nGrief {part_two}")
