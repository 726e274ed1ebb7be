"""A coordinator's own words in place of the rendered ones: plain text, never a template."""

import dataclasses
from collections.abc import Mapping

from django.template.loader import render_to_string

from echo_portal.outbox.kinds import Rendered
from echo_portal.outbox.models import Message


def with_edits(message: Message, rendered: Rendered, tokens: Mapping[str, str]) -> Rendered:
    """The edited subject and text win; the HTML twin is made from the same text.

    `tokens`: the receiver's own tokens by their stand-ins (personal_links), which the editor saw in their place.
    """
    text = message.edited_text or rendered.text
    html = rendered.html
    if message.edited_text:
        for stand_in, token in tokens.items():
            text = text.replace(stand_in, token)
        html = render_to_string("outbox/edited.html", {"text": text, "language": message.language, "why": message.why})
    return dataclasses.replace(rendered, subject=message.edited_subject or rendered.subject, text=text, html=html)
