"""A coordinator's own words in place of the rendered ones: plain text, never a template."""

import dataclasses

from django.template.loader import render_to_string

from echo_portal.outbox.kinds import Rendered
from echo_portal.outbox.models import Message


def with_edits(message: Message, rendered: Rendered) -> Rendered:
    """The edited subject and text win; the HTML twin is made from the same text."""
    text = message.edited_text or rendered.text
    html = rendered.html
    if message.edited_text:
        html = render_to_string("outbox/edited.html", {"text": text, "language": message.language, "why": message.why})
    return dataclasses.replace(rendered, subject=message.edited_subject or rendered.subject, text=text, html=html)
