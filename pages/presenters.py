"""The values that the pages of public texts display."""

import dataclasses

from django.utils.safestring import SafeString

from echo_portal.lib.addresses import slug_address
from echo_portal.lib.bilingual import french_spaces, in_language
from echo_portal.lib.richtext import to_html
from pages.models import Page


def text_html(text: str, language: str) -> SafeString:
    """Return the HTML of a Markdown text, with the no-break spaces of its language."""
    return to_html(french_spaces(text) if language == "fr" else text)


@dataclasses.dataclass(frozen=True, slots=True)
class NavigationLink:
    title: str
    url: str
    is_here: bool = False
    lang: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PageText:
    """A page in the visitor's language, or in the other one if it has not been translated.

    `title_lang` and `lang` are the languages of the title and of the text, if it is not that of the visitor.
    """

    title: str
    summary: str
    html: SafeString
    is_sample: bool
    title_lang: str = ""
    lang: str = ""


def page_url(page: Page) -> str:
    """Return the path of a national page, in the active language."""
    return slug_address("page", page.slug)


def page_text(page: Page, language: str) -> PageText:
    title, title_language = in_language(page, "title", language)
    body, body_language = in_language(page, "body", language)
    summary, summary_language = in_language(page, "summary", language)
    return PageText(
        title=title,
        summary=summary if summary_language == body_language else "",
        html=to_html(body),
        is_sample=page.is_sample,
        title_lang="" if title_language == language else title_language,
        lang="" if body_language == language else body_language,
    )


def navigation(pages: list[Page], here: Page | None, language: str) -> list[NavigationLink]:
    found = []
    for page in pages:
        title, written_in = in_language(page, "title", language)
        is_here = here is not None and page.pk == here.pk
        found.append(NavigationLink(title, page_url(page), is_here, "" if written_in == language else written_in))
    return found
