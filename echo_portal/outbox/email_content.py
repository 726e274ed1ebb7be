"""The content of an email as blocks, from which its plain text and its HTML are rendered (DESIGN.md 10)."""

import dataclasses
import re
from collections.abc import Callable

from django.template.loader import get_template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from echo_portal.lib.bilingual import active_language


@dataclasses.dataclass(frozen=True)
class CalendarPart:
    """A calendar attachment.

    `method` is REQUEST or CANCEL, which email programs display as an invitation, or PUBLISH, which is only a file.
    """

    method: str
    filename: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class Attachment:
    """A file that is sent with the email."""

    filename: str
    content_type: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class Rendered:
    """An email that is ready to be sent. `content` is its source, from which it can be rendered again with edits."""

    subject: str
    text: str
    html: str
    from_name: str
    reply_to: str
    calendar: CalendarPart | None = None
    content: "EmailContent | None" = None
    attachment: Attachment | None = None
    unsubscribe_url: str = ""


@dataclasses.dataclass(frozen=True)
class Paragraph:
    text: str
    small: bool = False
    block: str = "paragraph"

    def as_text(self) -> str:
        return self.text


# Visible ASCII and letters of any script, so that quotation marks and bidi controls are not part of an address.
ADDRESS = re.compile(r"https?://(?=[^\W_]|\[)[\w!#-;=?-~]+")
AFTER_ADDRESS = ".,;:!?'*_)]}"


@dataclasses.dataclass(frozen=True)
class PlainText:
    """Text that a person wrote. URLs become links, line breaks are kept, and everything else is escaped.

    `language` is set if it differs from the language of the email.
    """

    text: str
    language: str = ""
    block: str = "written"

    def as_text(self) -> str:
        return self.text

    def as_html(self) -> SafeString:
        parts, end = [], 0
        for found in ADDRESS.finditer(self.text):
            url = found[0].rstrip(AFTER_ADDRESS)
            parts += [escape(self.text[end : found.start()]), format_html(ADDRESS_LINK, url, url)]
            end = found.start() + len(url)
        html = "".join([*parts, escape(self.text[end:])])
        return mark_safe(html.replace("\n", "<br>"))  # noqa: S308 (every part of it was escaped above)


ADDRESS_LINK = '<a href="{}" style="color:#55327a;">{}</a>'


def text_blocks(text: str, language: str = "") -> tuple[PlainText, ...]:
    """Return one block for each paragraph of the text. Paragraphs are separated by empty lines."""
    paragraphs = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n"))
    return tuple(PlainText(part.strip(), language) for part in paragraphs if part.strip())


@dataclasses.dataclass(frozen=True)
class FormattedText:
    """Text with headings, lists and links: its sanitised HTML, and the same as plain text."""

    html: SafeString
    text: str
    language: str = ""
    block: str = "formatted"

    def as_text(self) -> str:
        return self.text


@dataclasses.dataclass(frozen=True)
class BigCode:
    """A code that the reader types or copies."""

    text: str
    block: str = "code"

    def as_text(self) -> str:
        return f"    {self.text}"


@dataclasses.dataclass(frozen=True)
class SessionCard:
    """The session that the email is about: date, title, the person's local time, then Eastern time."""

    kicker: str
    weekday: str
    day: str
    month: str
    title: str
    title_language: str
    series: str
    own: str
    eastern: str
    date_text: str
    note: str = ""
    block: str = "card"

    def as_text(self) -> str:
        lines = [
            self.kicker,
            self.title,
            self.series,
            self.date_text,
            " · ".join(filter(None, [self.own, self.eastern])),
            self.note,
        ]
        return "\n".join(line for line in lines if line)


@dataclasses.dataclass(frozen=True)
class Link:
    label: str
    url: str
    language: str = ""
    block: str = "link"

    def as_text(self) -> str:
        with override(self.language or active_language()):  # the colon follows the label's language
            return _("%(label)s:") % {"label": self.label} + f"\n{self.url}"


@dataclasses.dataclass(frozen=True)
class Button:
    """The main action of the email, with at most one secondary link."""

    label: str
    url: str
    beside: Link | None = None
    block: str = "button"

    def as_text(self) -> str:
        own = _("%(label)s:") % {"label": self.label} + f"\n{self.url}"
        return f"{own}\n\n{self.beside.as_text()}" if self.beside else own


@dataclasses.dataclass(frozen=True)
class Row:
    left: str
    right: str
    left_language: str = ""


@dataclasses.dataclass(frozen=True)
class Rows:
    """A short list with a heading, such as other dates or cancelled sessions."""

    heading: str
    rows: tuple[Row, ...]
    note: str = ""
    block: str = "rows"

    def as_text(self) -> str:
        lines = [self.heading, *(f"- {row.left}\n  {row.right}" for row in self.rows)]
        return "\n".join([*lines, self.note] if self.note else lines)


_funding_notes: list[Callable[[], str]] = []


def register_funding_note(words: Callable[[], str]) -> None:
    """Register the function that returns the funding note in the active language."""
    _funding_notes[:] = [words]


def _funding_note() -> str:
    return _funding_notes[0]() if _funding_notes else ""


Block = Paragraph | PlainText | FormattedText | BigCode | SessionCard | Button | Link | Rows


@dataclasses.dataclass(frozen=True)
class EmailContent:
    """The content of an email. `why` is the reason why this person receives it, which the footer displays.

    If `eastern_is_own` is true, Eastern times are the reader's own times, and marked as such. `postal_address`,
    `foot_links` and `unsubscribe_url` are for news: the sender's address, links for changing or stopping news, and the
    URL to which email programs send a POST to stop them (RFC 8058).
    """

    language: str
    subject: str
    preheader: str
    heading: str
    blocks: tuple[Block, ...]
    from_name: str
    why: str
    reply_to: str = ""
    other_language: Link | None = None
    calendar: CalendarPart | None = None
    attachment: Attachment | None = None
    eastern_is_own: bool = False
    postal_address: str = ""
    foot_links: tuple[Link, ...] = ()
    unsubscribe_url: str = ""


def rendered(email: EmailContent) -> Rendered:
    """Return the email rendered as text and HTML. The email's language must be active."""
    funding_note = _funding_note()
    return Rendered(
        subject=email.subject,
        text=_as_text(email, funding_note),
        html=get_template("outbox/email.html").render({"email": email, "funding_note": funding_note}),
        from_name=email.from_name,
        reply_to=email.reply_to,
        calendar=email.calendar,
        content=email,
        attachment=email.attachment,
        unsubscribe_url=email.unsubscribe_url,
    )


def editable_text(email: EmailContent) -> str:
    """Return the part of the text that can be edited: heading and blocks, without the footer."""
    return "\n\n".join(filter(None, [email.heading, *(block.as_text() for block in email.blocks)]))


def with_text(email: EmailContent, *, subject: str, text: str) -> EmailContent:
    """Return the email with another subject, and with another text whose first line is the heading."""
    heading, _break, rest = text.strip().partition("\n")
    return dataclasses.replace(email, subject=subject, preheader="", heading=heading.strip(), blocks=text_blocks(rest))


def _as_text(email: EmailContent, funding_note: str) -> str:
    foot = [_("Why you get this email: %(why)s") % {"why": email.why}]
    if email.other_language:
        foot.append(email.other_language.as_text())
    foot += [link.as_text() for link in email.foot_links]
    sender = f"Pallium Canada, {email.postal_address}" if email.postal_address else "Pallium Canada"
    foot.append(f"{sender}. {funding_note}")
    return "\n\n".join([editable_text(email), "--\n" + "\n\n".join(foot)]) + "\n"
