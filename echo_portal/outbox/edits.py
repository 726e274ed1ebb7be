"""Replace the rendered text of an email by a coordinator's edit, which is plain text and never a template."""

import dataclasses
from collections.abc import Mapping

from django.utils.translation import override

from echo_portal.outbox import email_content
from echo_portal.outbox.email_content import EmailContent, Rendered
from echo_portal.outbox.models import Message
from echo_portal.outbox.personal_links import misplaced_in, placeholder_addresses, written_out_links


def text_to_edit(rendered: Rendered) -> str:
    """Return heading and body in the message's language, without the footer, which is added when the email is sent."""
    if rendered.content is None:
        return rendered.text
    with override(rendered.content.language):
        return email_content.editable_text(rendered.content)


class MisplacedLinkError(ValueError):
    """Raised if an edited text has a personal link inside another address. The email is then not sent."""


def _with_tokens(text: str, rendered: Rendered, tokens: Mapping[str, str]) -> str:
    """Return the text with tokens instead of placeholders.

    Raises MisplacedLinkError for a placeholder that is not part of the complete address that the portal wrote, and for
    a personal link that is written out.
    """
    addresses = placeholder_addresses(tokens, text_to_edit(rendered))
    if misplaced := [*misplaced_in(text, addresses), *written_out_links(text)]:
        raise MisplacedLinkError(f"{len(misplaced)} personal links stand in other addresses")
    for placeholder, token in tokens.items():
        text = text.replace(placeholder, token)
    return text


def with_edits(message: Message, rendered: Rendered, tokens: Mapping[str, str] | None) -> Rendered:
    """Return the rendered email with the edited subject and text. Header, footer and calendar part are not changed.

    `tokens` maps placeholders to the recipient's tokens (see `personal_links`). If it is None, placeholders are kept,
    for readers other than the recipient. The message's language must be active. Raises MisplacedLinkError.
    """
    subject = message.edited_subject or rendered.subject
    if not message.edited_text:
        return dataclasses.replace(rendered, subject=subject)
    text = message.edited_text if tokens is None else _with_tokens(message.edited_text, rendered, tokens)
    email = rendered.content or EmailContent(
        language=message.language,
        subject=subject,
        preheader="",
        heading="",
        blocks=(),
        from_name=rendered.from_name,
        why=message.why,
        reply_to=rendered.reply_to,
        calendar=rendered.calendar,
        attachment=rendered.attachment,
    )
    return email_content.rendered(email_content.with_text(email, subject=subject, text=text))
