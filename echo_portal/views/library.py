"""The library of past sessions: recordings, slides, questions and answers, and a search in them."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from accounts.time_zones import viewer_zone
from accounts.vocabularies import Language, Profession
from echo_portal.lib.addresses import uuid_address
from echo_portal.lib.bilingual import active_language, in_language, lang_if_other
from echo_portal.lib.dates import day_in
from echo_portal.lib.forms import sorted_choices
from echo_portal.lib.methods import require_safe
from echo_portal.search.queries import Wanted, find
from echo_portal.search.sources import Kind
from echo_portal.search.words import excerpt, highlighted
from echo_portal.views import library_queries, queries
from echo_portal.views.asked import corrected_of, shown_rows, typed_query
from echo_portal.views.library_queries import FILTERED_KINDS, Chosen
from echo_portal.views.library_values import Check, Checks, Library, LibraryRow
from echo_portal.views.material_access import opened_by
from echo_portal.views.page_values import Filter, Link, Option
from echo_portal.views.presenters import Viewer, area_tags, language_tag, resources_of
from hubs.models import Hub
from sessions.feeds import professions
from sessions.models import Session
from sessions.vocabularies import PracticeArea

FIRST_ROWS, MORE_ROWS, MAX_ROWS = 20, 20, 2000
# More results than anybody reads; a search orders them, and the filters select among them.
MOST_FOUND = 1000


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Display the past sessions. The search and the filters are a GET form, so that each result has a URL."""
    person = request.user if isinstance(request.user, Person) else None
    viewer = Viewer(person, timezone.now(), viewer_zone(request), active_language())
    hubs = queries.hubs_by_name()
    typed = typed_query(request.GET)
    chosen, first = _chosen(request.GET, hubs), shown_rows(request.GET, FIRST_ROWS, MAX_ROWS)
    found = None
    if typed:
        found = find(typed, Wanted(sources=[Kind.SESSION], held=True), now=viewer.now, first=MOST_FOUND)
        ids = [hit.id for hit in found.hits]
        sessions = list(library_queries.found_in_library(viewer.now, ids, chosen=chosen, first=first))
    else:
        sessions = library_queries.library_page(viewer.now, chosen=chosen, first=first)
    counts = library_queries.counts(viewer.now)
    total = sessions[0].total if sessions else 0  # type: ignore[attr-defined]
    opened = opened_by(viewer, sessions)
    words = found.marked if found else ()
    page = Library(
        typed=typed,
        selects=_selects(hubs, chosen),
        checks=tuple(_checks(chosen, counts)),
        rows=tuple(_row(session, viewer, session.pk in opened, words) for session in sessions),
        total=total,
        everything=sum(count for (name, _value), count in counts.items() if name == "language"),
        filtered=bool(chosen or typed),
        corrected=corrected_of(found),
        more=_more(request.GET, first, total),
    )
    return render(request, "library/library.html", {"library": page})


def _chosen(asked: QueryDict, hubs: list[Hub]) -> Chosen:
    """Return the requested filters. Unknown values are ignored, so that old URLs still work."""
    profession, hub = asked.get("profession", ""), asked.get("hub", "")
    return Chosen(
        languages=_known(asked, "language", Language.values),
        areas=_known(asked, "area", PracticeArea.values),
        kinds=_known(asked, "has", FILTERED_KINDS),
        profession=profession if profession in Profession.values else "",
        hub=hub if hub in {row.slug for row in hubs} else "",
    )


def _known(asked: QueryDict, name: str, values: object) -> tuple[str, ...]:
    return tuple(value for value in values if value in asked.getlist(name))  # type: ignore[attr-defined]


def _more(asked: QueryDict, first: int, total: int) -> Link | None:
    count = min(MORE_ROWS, total - first)
    if count <= 0:
        return None
    query = asked.copy()
    query["show"] = str(first + MORE_ROWS)
    text = ngettext("Show %(count)s more session", "Show %(count)s more sessions", count) % {"count": count}
    return Link(text, f"{reverse('library')}?{query.urlencode()}")


def _selects(hubs: list[Hub], chosen: Chosen) -> tuple[Filter, ...]:
    def select(name: str, label: str, everything: str, choices: list[tuple[str, str]], value: str) -> Filter:
        options = (Option(code, text, code == value) for code, text in choices)
        return Filter(name, label, (Option("", everything), *options))

    return (
        select("profession", _("Profession"), _("All professions"), professions(), chosen.profession),
        select("hub", _("Hub"), _("All hubs"), [(hub.slug, hub.name) for hub in hubs], chosen.hub),
    )


def _checks(chosen: Chosen, counts: dict[tuple[str, str], int]) -> list[Checks]:
    """Return the check boxes for values that at least one session has, and for values that are in use as filters."""

    def checks(name: str, label: str, choices: list[tuple[str, str]], checked: object) -> Checks:
        options = (Check(value, text, counts.get((name, value), 0), value in checked) for value, text in choices)  # type: ignore[operator]
        return Checks(name, label, tuple(option for option in options if option.count or option.checked))

    languages = [("en", _("English")), ("fr", _("French"))]
    kinds = [(kind.value, str(kind.label)) for kind in FILTERED_KINDS]
    groups = [
        checks("language", _("Language"), languages, chosen.languages),
        checks("area", _("Topic"), sorted_choices(PracticeArea, "")[1:], chosen.areas),
        checks("has", _("Has"), kinds, chosen.kinds),
    ]
    return [group for group in groups if group.options]


def _row(session: Session, viewer: Viewer, is_registrant: bool, words: Sequence[str]) -> LibraryRow:
    language = viewer.language
    title, title_language = session.title_in(language)
    series_title, series_language = in_language(session.series, "title", language)
    summary, summary_language = in_language(session.series, "summary", language)
    return LibraryRow(
        title=highlighted(title, words),
        title_lang=lang_if_other(title_language, language),
        url=uuid_address("session", "session", session.public_id),
        series_title=series_title if series_title != title else "",
        series_lang=lang_if_other(series_language, language),
        summary=highlighted(excerpt(summary, words), words),
        summary_lang=lang_if_other(summary_language, language),
        tags=(*language_tag(session.series, language), *area_tags(session.series)),
        resources=resources_of(session, is_registrant=is_registrant),
        day=day_in(session.starts_at, viewer.zone) if session.starts_at else session.on_date,
    )
