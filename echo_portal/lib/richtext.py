"""Markdown to HTML that may stand on a page: sanitised by nh3, whoever wrote it."""

import markdown
import nh3
from django.utils.safestring import SafeString, mark_safe

ALLOWED_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"}


def to_html(text: str) -> SafeString:
    """Headings, lists, emphasis and links; everything else is dropped."""
    html = nh3.clean(markdown.markdown(text), tags=ALLOWED_TAGS, attributes={"a": {"href"}})
    return mark_safe(html)  # noqa: S308 (cleaned the line above)
