"""Build the values that the pages of public texts display."""

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.utils.safestring import SafeString

from echo_portal.lib.addresses import plain_address, slug_address
from echo_portal.lib.bilingual import in_language, lang_if_other
from echo_portal.lib.dates import date_long
from echo_portal.lib.richtext import to_html
from pages.models import Newsletter, Page, PublicText, QuestionAndAnswer

# Pages that every page links to, and the names of their views.
VIEWS = {"about-echo": "about", "accessibility": "accessibility", "contact": "contact"}


def with_operator(text: str) -> str:
    """Replace the placeholders of a page's Markdown by the operator's addresses, which are settings."""
    email = settings.OPERATOR_EMAIL
    return text.replace("{operator-email}", f"[{email}](mailto:{email})").replace(
        "{operator-address}", settings.OPERATOR_ADDRESS
    )


@dataclasses.dataclass(frozen=True, slots=True)
class NavigationLink:
    title: str
    url: str
    is_here: bool = False
    lang: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PageText:
    """A text in the visitor's language or, if there is no translation, in the other language.

    `title_lang`, `summary_lang` and `lang` are the languages of the title, the summary and the text. They are "" for
    the visitor's language.
    """

    title: str
    summary: str
    html: SafeString
    is_sample: bool
    title_lang: str = ""
    summary_lang: str = ""
    lang: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A frequently asked question with its answer. `anchor` is the HTML ID of its element."""

    anchor: str
    question: str
    html: SafeString
    question_lang: str = ""
    lang: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NewsletterLine:
    """A newsletter in the list of the archive. `hub` is the name of its hub, or "" if it is national."""

    title: str
    url: str
    day: str
    iso: str
    summary: str
    hub: str
    title_lang: str = ""
    summary_lang: str = ""


def page_url(page: Page) -> str:
    """Return the path of a page in the active language. Pages of a hub are sections of the hub's own page."""
    if page.hub_id is not None and page.hub is not None:
        return f"{slug_address('hub', page.hub.slug)}#{page.slug}"
    return plain_address(VIEWS[page.slug]) if page.slug in VIEWS else slug_address("page", page.slug)


def question_url(row: QuestionAndAnswer) -> str:
    return f"{plain_address('questions')}#{row.slug}"


def newsletter_url(row: Newsletter) -> str:
    return slug_address("newsletter", row.slug)


def page_text(page: Page | Newsletter, language: str) -> PageText:
    title, title_language = in_language(page, "title", language)
    body, body_language = in_language(page, "body", language)
    summary, summary_language = in_language(page, "summary", language)
    return PageText(
        title=title,
        summary=summary,
        html=to_html(with_operator(body) if isinstance(page, Page) else body),
        is_sample=page.is_sample,
        title_lang=lang_if_other(title_language, language),
        summary_lang=lang_if_other(summary_language, language),
        lang=lang_if_other(body_language, language),
    )


def navigation(pages: Sequence[Page], here: Page | None, language: str) -> list[NavigationLink]:
    found = []
    for page in pages:
        title, written_in = in_language(page, "title", language)
        is_here = here is not None and page.pk == here.pk
        found.append(NavigationLink(title, page_url(page), is_here, lang_if_other(written_in, language)))
    return found


def answers(rows: Sequence[QuestionAndAnswer], language: str) -> list[Answer]:
    found = []
    for row in rows:
        question, question_language = in_language(row, "question", language)
        answer, answer_language = in_language(row, "answer", language)
        languages = lang_if_other(question_language, language), lang_if_other(answer_language, language)
        found.append(Answer(row.slug, question, to_html(answer), *languages))
    return found


def newsletter_lines(rows: Sequence[Newsletter], language: str) -> list[NewsletterLine]:
    found = []
    for row in rows:
        title, title_language = in_language(row, "title", language)
        summary, summary_language = in_language(row, "summary", language)
        found.append(
            NewsletterLine(
                title=title,
                url=newsletter_url(row),
                day=date_long(row.published_on, language),
                iso=row.published_on.isoformat(),
                summary=summary,
                hub=row.hub.name if row.hub else "",
                title_lang=lang_if_other(title_language, language),
                summary_lang=lang_if_other(summary_language, language),
            )
        )
    return found


def any_sample(rows: Sequence[PublicText]) -> bool:
    return any(row.is_sample for row in rows)
