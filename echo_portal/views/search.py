"""Search all public sessions, series, hubs and pages."""

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.time_zones import viewer_zone
from accounts.vocabularies import Language
from echo_portal.lib.addresses import slug_address, uuid_address
from echo_portal.lib.bilingual import active_language, in_language, lang_if_other
from echo_portal.lib.dates import date_long, day_in
from echo_portal.lib.methods import require_safe
from echo_portal.lib.richtext import text_html
from echo_portal.search.fixed_pages import FixedPage, fixed_page
from echo_portal.search.queries import Found, Hit, Wanted, find
from echo_portal.search.sources import Kind
from echo_portal.search.words import excerpt, highlighted
from echo_portal.views import queries
from echo_portal.views.asked import corrected_of, shown_rows, typed_query
from echo_portal.views.library_values import KindLink, Result, SearchPage
from echo_portal.views.page_values import Filter, Link, Option
from echo_portal.views.presenters import Viewer, language_tag
from hubs.models import Hub
from pages.models import Newsletter, Page, QuestionAndAnswer
from pages.presenters.public_texts import newsletter_url, page_url, question_url
from sessions.models import Material, Series, Session

FIRST_ROWS, MORE_ROWS, MAX_ROWS = 20, 20, 1000
KINDS = {
    Kind.SESSION: pgettext_lazy("of a series", "Sessions"),
    Kind.SERIES: gettext_lazy("Series"),
    Kind.MATERIAL: gettext_lazy("Documents"),
    Kind.HUB: pgettext_lazy("of the programme", "Hubs"),
    Kind.PAGE: gettext_lazy("Pages"),
    Kind.QUESTION: gettext_lazy("Questions"),
    Kind.NEWSLETTER: gettext_lazy("Newsletters"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Display the results for a query. The search and its filters are a GET form, so that each result has a URL."""
    viewer = Viewer(None, timezone.now(), viewer_zone(request), active_language())
    typed, asked = typed_query(request.GET), request.GET
    hubs = queries.hubs_by_name()
    first = shown_rows(asked, FIRST_ROWS, MAX_ROWS)
    found = find(typed, _wanted(asked, hubs), now=viewer.now, first=first)
    page = SearchPage(
        typed=typed,
        selects=_selects(asked, hubs),
        kinds=tuple(_kinds(asked, found)),
        results=tuple(_results(found, viewer)),
        total=found.total,
        corrected=corrected_of(found),
        more=_more(asked, first, found.total),
    )
    return render(request, "library/search.html", {"search": page})


def _wanted(asked: QueryDict, hubs: list[Hub]) -> Wanted:
    """Return the requested filters. Unknown values are ignored, so that old URLs still work."""
    kind, language, hub = asked.get("kind", ""), asked.get("language", ""), asked.get("hub", "")
    return Wanted(
        kind=Kind(kind) if kind in KINDS else None,
        language=language if language in Language.values else "",
        hub_id=next((row.pk for row in hubs if row.slug == hub), None),
    )


def _selects(asked: QueryDict, hubs: list[Hub]) -> tuple[Filter, ...]:
    def select(name: str, label: str, everything: str, choices: list[tuple[str, str]]) -> Filter:
        chosen = asked.get(name, "")
        return Filter(
            name, label, (Option("", everything), *(Option(value, text, value == chosen) for value, text in choices))
        )

    languages = [("en", _("English")), ("fr", _("French"))]
    return (
        select("language", _("Language"), _("English and French"), languages),
        select("hub", _("Hub"), _("All hubs"), [(hub.slug, hub.name) for hub in hubs]),
    )


def _kinds(asked: QueryDict, found: Found) -> Iterable[KindLink]:
    """Yield a link to all results and one to the results of each kind, if there are several kinds."""
    if len(found.by_kind) > 1:
        chosen = asked.get("kind", "")
        chosen = chosen if chosen in KINDS else ""
        yield KindLink(_("All results"), _address(asked, kind=""), sum(found.by_kind.values()), is_here=not chosen)
        for kind, name in KINDS.items():
            if kind in found.by_kind:
                yield KindLink(str(name), _address(asked, kind=kind), found.by_kind[kind], is_here=kind == chosen)


def _address(asked: QueryDict, **changed: str) -> str:
    names = ("q", "language", "hub", "kind", "show")
    values = {name: asked.get(name, "")[:200] for name in names if name != "show"} | changed
    return f"{reverse('search')}?{urlencode({name: value for name, value in values.items() if value})}"


def _more(asked: QueryDict, first: int, total: int) -> Link | None:
    count = min(MORE_ROWS, min(total, MAX_ROWS) - first)
    if count <= 0:
        return None
    text = ngettext("Show %(count)s more result", "Show %(count)s more results", count) % {"count": count}
    return Link(text, _address(asked, show=str(first + MORE_ROWS)))


def _results(found: Found, viewer: Viewer) -> Iterable[Result]:
    """Yield the results in the order of `found`, using one query for each kind."""
    loaders: dict[Kind, Any] = {
        Kind.SESSION: Session.objects.select_related("series"),
        Kind.SERIES: Series.objects.select_related("hub"),
        Kind.MATERIAL: Material.objects.select_related("session__series"),
        Kind.HUB: Hub.objects.all(),
        Kind.PAGE: Page.objects.all(),
        Kind.QUESTION: QuestionAndAnswer.objects.all(),
        Kind.NEWSLETTER: Newsletter.objects.all(),
    }
    build: dict[Kind, Callable[[Any, Viewer, Sequence[str]], Result]] = {
        Kind.SESSION: _of_session,
        Kind.SERIES: _of_series,
        Kind.MATERIAL: _of_material,
        Kind.HUB: _of_hub,
        Kind.PAGE: _of_page,
        Kind.QUESTION: _of_question,
        Kind.NEWSLETTER: _of_newsletter,
    }
    rows: dict[Hit, Any] = {}
    for kind, loader in loaders.items():
        if ids := [hit.id for hit in found.hits if hit.kind == kind]:
            rows |= {Hit(kind, row.pk): row for row in loader.filter(pk__in=ids)}
    rows |= {hit: fixed_page(hit.id) for hit in found.hits if hit.id < 0}
    for hit in found.hits:
        if hit in rows:  # it may have been deleted since the search
            yield build[hit.kind](rows[hit], viewer, found.marked)


def _of_session(session: Session, viewer: Viewer, words: Sequence[str]) -> Result:
    title, written_in = session.title_in(viewer.language)
    series = in_language(session.series, "title", viewer.language)[0]
    day = day_in(session.starts_at, viewer.zone) if session.starts_at else session.on_date
    when = date_long(day, viewer.language) if day else ""
    name = _("Past session") if session.is_over(viewer.now) else _("Session to come")
    return _result(
        title if session.has_own_title else session.full_title_in(viewer.language)[0],
        written_in,
        uuid_address("session", "session", session.public_id),
        in_language(session.series, "summary", viewer.language),
        viewer,
        words,
        facts=[name, when, series if series != title else ""],
        tags=language_tag(session.series, viewer.language),
    )


def _of_series(series: Series, viewer: Viewer, words: Sequence[str]) -> Result:
    return _result(
        *in_language(series, "title", viewer.language),
        slug_address("series", series.slug),
        in_language(series, "summary", viewer.language),
        viewer,
        words,
        facts=[series.get_kind_display(), series.hub.name],
        tags=language_tag(series, viewer.language),
    )


def _of_material(material: Material, viewer: Viewer, words: Sequence[str]) -> Result:
    """Return a result that links to the session, because its page offers the document to those who may open it."""
    session = material.session
    return _result(
        material.title,
        material.language,
        uuid_address("session", "session", session.public_id),
        (material.citation, material.language),
        viewer,
        words,
        facts=[material.get_kind_display(), session.full_title_in(viewer.language)[0]],
    )


def _of_hub(hub: Hub, viewer: Viewer, words: Sequence[str]) -> Result:
    return _result(
        *in_language(hub, "name", viewer.language),
        slug_address("hub", hub.slug),
        in_language(hub, "vision", viewer.language),
        viewer,
        words,
        facts=[_("Hub"), hub.get_province_display()],
    )


def _of_page(page: Page | FixedPage, viewer: Viewer, words: Sequence[str]) -> Result:
    if isinstance(page, FixedPage):
        title, text = in_language(page, "title", viewer.language), in_language(page, "words", viewer.language)
        return _result(*title, reverse(page.name), text, viewer, words, facts=[_("Page of the portal")])
    title, text = in_language(page, "title", viewer.language), _plain_text(page, "body", viewer.language)
    return _result(*title, page_url(page), text, viewer, words, facts=[_("About the project")])


def _of_question(row: QuestionAndAnswer, viewer: Viewer, words: Sequence[str]) -> Result:
    question, answer = in_language(row, "question", viewer.language), _plain_text(row, "answer", viewer.language)
    return _result(*question, question_url(row), answer, viewer, words, facts=[_("Question and answer")])


def _of_newsletter(row: Newsletter, viewer: Viewer, words: Sequence[str]) -> Result:
    title, text = in_language(row, "title", viewer.language), _plain_text(row, "body", viewer.language)
    facts = [_("Newsletter"), date_long(row.published_on, viewer.language)]
    return _result(*title, newsletter_url(row), text, viewer, words, facts=facts)


def _plain_text(row: Any, field: str, language: str) -> tuple[str, str]:
    """Return the text of a Markdown field without its markup, and the language of the text."""
    text, written_in = in_language(row, field, language)
    return html.unescape(strip_tags(text_html(text, written_in))), written_in


def _result(
    title: str,
    title_language: str,
    url: str,
    text: tuple[str, str],
    viewer: Viewer,
    words: Sequence[str],
    *,
    facts: list[str],
    tags: Iterable[Any] = (),
) -> Result:
    return Result(
        title=highlighted(title, words),
        title_lang=lang_if_other(title_language, viewer.language),
        url=url,
        facts=", ".join(fact for fact in facts if fact),
        text=highlighted(excerpt(text[0], words), words),
        text_lang="" if text[1] == viewer.language else text[1],
        tags=tuple(tags),
    )
