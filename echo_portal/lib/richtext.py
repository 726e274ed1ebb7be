"""Markdown to HTML, sanitised by nh3 for every author."""

import markdown
import nh3
from django.utils.safestring import SafeString, mark_safe

ALLOWED_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"}


def to_html(text: str) -> SafeString:
    """Render headings, lists, emphasis and links; remove everything else."""
    html = nh3.clean(markdown.markdown(text), tags=ALLOWED_TAGS, attributes={"a": {"href"}})
    return mark_safe(html)  # noqa: S308 (cleaned the line above)
