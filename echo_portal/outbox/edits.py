"""A coordinator's own words in place of the rendered ones: plain text, never a template."""

import dataclasses
from collections.abc import Mapping

from django.utils.translation import override

from echo_portal.outbox import email_content
from echo_portal.outbox.email_content import EmailContent, Rendered
from echo_portal.outbox.models import Message


def words_to_edit(rendered: Rendered) -> str:
    """Heading and body without the footer, which is put under them again at sending; all of it in their language."""
    if rendered.content is None:
        return rendered.text
    with override(rendered.content.language):
        return email_content.words_of(rendered.content)


def with_edits(message: Message, rendered: Rendered, tokens: Mapping[str, str]) -> Rendered:
    """The edited subject and words win; masthead, footer and calendar part stay those of the letter.

    `tokens`: the receiver's own tokens by their stand-ins (personal_links), which the editor saw in their place.
    Call with the message's language active.
    """
    subject = message.edited_subject or rendered.subject
    if not message.edited_text:
        return dataclasses.replace(rendered, subject=subject)
    words = message.edited_text
    for stand_in, token in tokens.items():
        words = words.replace(stand_in, token)
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
    )
    return email_content.rendered(email_content.with_words(email, subject=subject, words=words))
