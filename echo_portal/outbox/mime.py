"""From a rendered message to the bytes that go over the wire (DOMAIN.md IC-3, E-5, E-6)."""

import email.policy
import email.utils
from email.headerregistry import Address
from email.message import EmailMessage

from django.conf import settings

from echo_portal.outbox.kinds import Rendered
from echo_portal.outbox.models import Message

POLICY = email.policy.SMTP.clone(max_line_length=200)


def sender_address() -> str:
    """The bare address of DEFAULT_FROM_EMAIL: the envelope's and the header's."""
    return email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def as_bytes(message: Message, rendered: Rendered) -> bytes:
    """The whole message. Raises ValueError for a line break in a header: a permanent failure of that row."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = rendered.subject
    mail["From"] = Address(rendered.from_name, addr_spec=sender_address())
    mail["To"] = Address(addr_spec=message.address)
    if rendered.reply_to:
        mail["Reply-To"] = Address(addr_spec=rendered.reply_to)
    mail["Date"] = email.utils.localtime()
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    if part := rendered.calendar:
        if part.method != "PUBLISH":
            mail.add_alternative(part.content.decode(), subtype="calendar", params={"method": part.method})
        mail.add_attachment(
            part.content,
            maintype="text",
            subtype="calendar",
            filename=part.filename,
            params={"method": part.method, "charset": "utf-8"},
        )
    mail["Content-Language"] = message.language  # last: building the parts moves every Content- header into them
    return mail.as_bytes()
