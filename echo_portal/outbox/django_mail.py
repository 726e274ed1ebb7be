"""Convert emails that libraries send through Django into messages, so that no request sends an email."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.lib.bilingual import active_language
from echo_portal.outbox import kinds
from echo_portal.outbox.actions import write_message
from echo_portal.outbox.email_content import EmailContent, Rendered, rendered, text_blocks
from echo_portal.outbox.models import Message

LIBRARY_MAIL = "library-mail"


class OutboxBackend(BaseEmailBackend):
    """The email backend of settings.MAILERS. It supports plain text only; attachments are not sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for address in mail.recipients():
                write_message(
                    kind=LIBRARY_MAIL,
                    dedupe_key=f"{LIBRARY_MAIL}:{uuid.uuid4()}",
                    address=address,
                    language=active_language(),
                    about="library",
                    why=lambda: _("The portal's software wrote it."),
                    payload={"subject": str(mail.subject), "text": str(mail.body)},
                )
        return len(email_messages)


def library_mail(message: Message) -> Rendered:
    content: dict[str, Any] = message.payload
    return rendered(
        EmailContent(
            language=message.language,
            subject=content["subject"],
            preheader="",
            heading=content["subject"],
            blocks=text_blocks(content["text"]),
            from_name=_("Palliative Care ECHO"),
            why=message.why,
        )
    )


def register_renderers() -> None:
    kinds.register(
        kinds.Kind(
            LIBRARY_MAIL,
            library_mail,
            lambda message: True,
            must_arrive=True,
            label=gettext_lazy("Mail of the portal’s software"),
            readable=False,
        )
    )
