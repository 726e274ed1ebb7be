"""Filters that mark a text with `lang` if it is not in the language of the page."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from echo_portal.lib.bilingual import active_language, in_language

register = template.Library()


@register.filter
def marked_as(text: str, language: str) -> SafeString:
    """Return the text as HTML, in an element with `lang` if `language` is neither that of the page nor ""."""
    if not text or language in ("", active_language()):
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def marked(row: Any, field: str) -> SafeString:
    """Return a bilingual field of a row as HTML, marked as by `marked_as`: `{{ series|marked:"title" }}`."""
    if hasattr(row, f"{field}_in"):
        return marked_as(*getattr(row, f"{field}_in")(active_language()))
    return marked_as(*in_language(row, field, active_language()))
