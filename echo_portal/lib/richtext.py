"""Convert Markdown to HTML, sanitised by nh3 whoever the author is."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from echo_portal.lib.bilingual import french_spaces

ALLOWED_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "pre", "code"}
# A page has its own h1, and texts have two levels below it.
HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
# Its time is linear and its nesting limited, whatever a text contains. HTML in a text is displayed as it is typed.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def to_html(text: str) -> SafeString:
    """Return the text as HTML with headings, lists, emphasis, links and code; everything else is removed."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
    rendered = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    html = nh3.clean(rendered, tags=ALLOWED_TAGS, attributes={"a": {"href"}}, link_rel=None)
    return mark_safe(html)  # noqa: S308 (cleaned the line above)


def text_html(text: str, language: str) -> SafeString:
    """Return a Markdown text as HTML, with no-break spaces according to its language."""
    return to_html(french_spaces(text) if language == "fr" else text)
