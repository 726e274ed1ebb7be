"""A template filter that turns telephone numbers in a text into links."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# International with a plus, or North American; neither a part of a longer number nor the ID of a meeting.
GAP = r"[ .\u00a0\u2011-]?"
INTERNATIONAL = r"\+\d(?:[ .()\u00a0\u2011-]?\d){7,14}"
NORTH_AMERICAN = rf"(?:1{GAP})?\(?[2-9]\d\d\)?{GAP}{GAP}[2-9]\d\d{GAP}\d{{4}}"
NUMBER = re.compile(rf"(?<![\d+])(?:{INTERNATIONAL}|{NORTH_AMERICAN})(?![ \u00a0]?\d)")
NOT_TO_CALL = re.compile(r"(?:\bID|code|passcode|meeting|réunion|webinar|webinaire)[^\w\n]*$", re.IGNORECASE)


@register.filter
def telephone_links(text: str) -> SafeString:
    """Return the text as HTML with its line breaks, and with a `tel:` link for each telephone number."""
    parts, end = [], 0
    for found in NUMBER.finditer(text):
        if NOT_TO_CALL.search(text[: found.start()]):
            continue
        digits = re.sub(r"\D", "", found[0])
        international = digits if found[0].startswith("+") or len(digits) == 11 else f"1{digits}"
        parts.append(conditional_escape(text[end : found.start()]))
        parts.append(format_html('<a href="tel:+{}">{}</a>', international, found[0]))
        end = found.end()
    parts.append(conditional_escape(text[end:]))
    return mark_safe("".join(parts).replace("\r\n", "\n").replace("\n", "<br>"))  # noqa: S308 (escaped above)
