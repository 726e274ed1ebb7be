"""Emails with hostile names and titles have exactly the expected headers, parts and calendar properties.

Control characters, quotation marks, emoji, right-to-left text and 300 characters are accepted. A line break in a
header, a lone surrogate, and a NUL in the database are refused.
"""

import dataclasses
import re
import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from echo_portal.outbox import mime
from echo_portal.outbox.email_content import (
    Button,
    CalendarPart,
    EmailContent,
    Paragraph,
    PlainText,
    Rendered,
    Row,
    Rows,
    SessionCard,
    rendered,
)
from echo_portal.outbox.models import Message
from sessions.calendar import calendar
from sessions.calendar_events import Attendee, one_line, without_control_characters
from tests.calendar import second_parser
from tests.calendar.plain_event import PLAIN
from tests.outbox.headers import decoded

HEADERS = [
    "Subject",
    "From",
    "To",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
PARTS = [
    ("multipart/mixed", None, None, None),
    ("multipart/alternative", None, None, None),
    ("text/plain", "utf-8", None, None),
    ("text/html", "utf-8", None, None),
    ("text/calendar", "utf-8", "REQUEST", None),
    ("text/calendar", "utf-8", "REQUEST", "invite.ics"),
]
PROPERTIES = [
    *("ATTENDEE", "CLASS", "CONFERENCE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION"),
    *("ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID", "URL"),
]
WICKED = st.sampled_from(
    [
        "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\v", "\f", "\t", '"', "'", "“", "\\", "^n",
        ";",
        ",", ":", "=?utf-8?q?a?=", "<", ">", "&", "&amp;", "{{ x }}", "%(name)s", "{0}", "--=_", "\n.\n", "@", "é",
        "e\u0301", "ᐃᓄ", "ש", "م", "\u202e", "\u200f", "\U0001f489", "\ufeff", "\u200d", " ", "  ", "BEGIN:VEVENT",
        "ATTENDEE:mailto:x@example.org", "Bcc: x@example.org", ".", "..",
    ]
)  # fmt: skip
ANY = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.one_of(WICKED, ANY), max_size=60).map("".join).filter(lambda text: len(text) <= 300)
ONE_LINE = TEXTS.map(lambda text: text.replace("\r", "").replace("\n", ""))
MANY = settings(max_examples=100, deadline=None)


def as_sent(subject: str, from_name: str, rendered: Rendered, file: bytes = b"BEGIN:VCALENDAR\r\n") -> bytes:
    message = Message(public_id=uuid.UUID(int=1), address="ama@example.org", language="en")
    part = CalendarPart("REQUEST", "invite.ics", file)
    return mime.as_bytes(
        message, Rendered(subject, rendered.text, rendered.html, from_name, "hub@example.org", calendar=part)
    )


def read(raw: bytes) -> EmailMessage:
    email = message_from_bytes(raw, policy=policy.default)
    assert isinstance(email, EmailMessage)
    return email


def shape(email: EmailMessage) -> list[tuple[str, object, object, object]]:
    return [
        (part.get_content_type(), part.get_content_charset(), part.get_param("method"), part.get_filename())
        for part in email.walk()
    ]


def rendered_with(text: str) -> Rendered:
    """Return an email with this text in its subject, heading, blocks and reason."""
    card = SessionCard(text, "Thu", "10", "Dec", text, "en", text, "9:00 am", "12:00 pm ET", "December 10", text)
    blocks = (
        Paragraph(text),
        card,
        Button(text, "https://echo.example.org/"),
        Rows(text, (Row(text, text, "fr"),), text),
    )
    return rendered(
        EmailContent(
            language="en", subject=text, preheader=text, heading=text, blocks=blocks, from_name=text, why=text
        )
    )  # fmt: skip


@pytest.mark.django_db
@MANY
@given(subject=ONE_LINE, from_name=ONE_LINE, text=TEXTS)
@example(subject="É" * 300, from_name="Équipe " * 20, text="x" * 300)
@example(subject=" a ", from_name=" ", text="")
@example(subject='"', from_name='"', text="")
@example(subject="", from_name="a, b <c@example.org>", text="")
def test_headers_and_parts_are_exactly_as_expected(subject: str, from_name: str, text: str) -> None:
    rendered = rendered_with(text)
    raw = as_sent(subject, from_name, rendered)
    email = read(raw)
    assert email.keys() == HEADERS
    assert shape(email) == PARTS
    assert raw.isascii()
    assert b"\x00" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert decoded(raw, b"Subject") == subject
    shown = from_name.strip(" ")
    assert decoded(raw, b"From") == (f"{shown} <echo@example.org>" if shown else "echo@example.org")
    assert email["To"] == "ama@example.org"
    plain, html = (email.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert lines(plain) == "\n".join(rendered.text.splitlines()) + "\n"
    assert lines(html) == "\n".join(rendered.html.splitlines()) + "\n"


def lines(part: MIMEPart) -> str:
    """Return the text of a part with LF line ends, because some versions of the library return CRLF."""
    return str(part.get_content()).replace("\r\n", "\n")


@MANY
@given(before=TEXTS, after=TEXTS, break_by=st.sampled_from(["\r", "\n", "\r\n"]))
def test_header_with_a_line_break_in_any_text_is_refused(before: str, after: str, break_by: str) -> None:
    for subject, name in ((f"{before}{break_by}{after}", "ECHO"), ("Hello", f"{before}{break_by}{after}")):
        with pytest.raises(ValueError, match="line break"):
            as_sent(subject, name, Rendered("", "Text", "<p>Text</p>", "", ""))


@pytest.mark.parametrize("where", ["subject", "from_name", "text"])
def test_lone_surrogate_is_refused(where: str) -> None:
    """A lone surrogate cannot be encoded; forms and PostgreSQL refuse it before it reaches an email."""
    said = {"subject": "Hello", "from_name": "ECHO", "text": "Text"} | {where: "a\ud800b"}
    with pytest.raises(UnicodeEncodeError):
        as_sent(said["subject"], said["from_name"], Rendered("", said["text"], "<p></p>", "", ""))


@pytest.mark.django_db
@MANY
@given(text=TEXTS)
def test_html_has_no_injected_element(text: str) -> None:
    def elements(html: str) -> list[tuple[str, list[str]]]:
        found: list[tuple[str, list[str]]] = []

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                found.append((tag, [name for name, _value in attrs]))

        Reader().feed(html)
        return found

    assert elements(rendered_with(text or "x").html) == elements(rendered_with("x").html)


ADDRESSES = st.sampled_from(
    [
        "https://example.org/a?b=c&d=é#e", "HTTP://x", "http://[::1]/", 'https://"onclick=alert(1)', "javascript:x()",
        "https://example.org/<script>", "https://example.org/').", "\nhttps://", "data:text/html,<b>", "https://a\u202eb",
    ]
)  # fmt: skip


@MANY
@given(text=st.lists(st.one_of(ADDRESSES, WICKED, ANY), max_size=30).map("".join))
@example(text="https://example.org/a.")
def test_html_of_an_edited_text_has_links_and_line_breaks_only(text: str) -> None:
    found: list[tuple[str, list[tuple[str, str | None]]]] = []
    said: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, attrs))
            said.extend(["\n"] if tag == "br" else [])

        def handle_data(self, data: str) -> None:
            said.append(data)

    reader = Reader()
    reader.feed(PlainText(text).as_html())
    reader.close()
    assert "".join(said) == text
    for tag, attrs in found:
        if tag == "br":
            assert attrs == []
            continue
        assert tag == "a"
        (_href, url), style = attrs
        assert style == ("style", "color:#55327a;")
        assert url is not None
        assert url in text
        assert re.fullmatch(r"https?://[^\s\"<>\u202e]+", url)
    assert sum(tag == "br" for tag, _attrs in found) == text.count("\n")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a?b=1&c=2), and http://x.ca!", ["https://example.org/a?b=1&amp;c=2", "http://x.ca"]),
        ("« https://example.org/é »", ["https://example.org/é"]),
        ("www.example.org ftp://example.org javascript:alert(1)", []),
    ],
)
def test_link_in_an_edited_text_ends_before_punctuation(text: str, urls: list[str]) -> None:
    assert re.findall(r'<a href="([^"]+)"', PlainText(text).as_html()) == urls


def test_emoji_of_several_characters_is_unchanged_in_an_invitation() -> None:
    nurse = "Ama \U0001f469\u200d\u2695\ufe0f"
    (event,) = icalendar.Calendar.from_ical(
        calendar([dataclasses.replace(PLAIN, attendee=Attendee("ama@example.org", nurse))], method="REQUEST")
    ).walk("VEVENT")
    assert str(event["ATTENDEE"].params["CN"]) == nurse


@MANY
@given(name=ONE_LINE, title=TEXTS, description=TEXTS)
def test_calendar_properties_are_exactly_as_expected(name: str, title: str, description: str) -> None:
    entry = dataclasses.replace(PLAIN, title=title, description=description, attendee=Attendee("ama@example.org", name))
    try:
        file = calendar([entry], method="REQUEST")
    except ValueError:
        # The calendar library refuses control characters; the message then fails permanently with that reason.
        assert any((char < " " and char not in "\t\r\n") or char == "\x7f" for char in title + description)
        return
    assert max(map(len, file.split(b"\r\n"))) <= 75
    whole = icalendar.Calendar.from_ical(file)
    (event,) = whole.walk("VEVENT")
    assert sorted(event.keys()) == PROPERTIES
    assert [part.name for part in whole.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    assert sorted(whole.keys()) == ["CALSCALE", "METHOD", "PRODID", "VERSION"]
    assert str(event["SUMMARY"]) == without_control_characters(title)
    assert str(event["DESCRIPTION"]) == without_control_characters(description)
    assert str(event["ATTENDEE"]) == "mailto:ama@example.org"
    assert sorted(event["ATTENDEE"].params) == ["CN", "PARTSTAT", "RSVP"]
    assert one_line(str(event["ATTENDEE"].params["CN"])).replace('"', "'") == one_line(name).replace('"', "'")
    (again,) = second_parser.read(file.decode()).entries
    assert (again.uid, again.sequence, again.start, again.end) == (
        PLAIN.uid, PLAIN.sequence, PLAIN.starts_at, PLAIN.ends_at,
    )  # fmt: skip
    assert again.attendees == ("ama@example.org",)
