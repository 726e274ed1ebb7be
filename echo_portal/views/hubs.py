"""The directory of hubs as a map and a list, and the page of a hub."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.time_zones import viewer_zone
from accounts.vocabularies import Province
from echo_portal.lib.addresses import plain_address, slug_address
from echo_portal.lib.bilingual import active_language, french_spaces, in_language, lang_if_other, lang_of_name
from echo_portal.lib.methods import require_safe
from echo_portal.lib.zones import EASTERN, PROVINCE_ZONES, zone_label
from echo_portal.views import hub_queries
from echo_portal.views.catalogue import months_of
from echo_portal.views.hub_values import HubCard, HubPage, Section, SeriesOfHub, Tile, Words
from echo_portal.views.page_values import Link
from echo_portal.views.presenters import Viewer, load_context, session_row
from hubs.models import Hub
from pages.presenters.public_texts import answers, page_text
from pages.queries import pages_of_hub, questions_of_hub
from sessions.models import Series, Session

# As on the map: by row, and from west to east.
PROVINCES = ("YT", "NT", "NU", "BC", "AB", "SK", "MB", "ON", "QC", "NL", "NB", "PE", "NS")
FIRST_SESSIONS, MOST_SERIES = 6, 30


@require_safe
def hubs(request: HttpRequest) -> HttpResponse:
    rows = hub_queries.directory()
    return render(request, "hubs/hubs.html", {"tiles": _tiles(rows), "cards": _cards(rows, active_language())})


def _tiles(rows: list[Hub]) -> list[Tile]:
    """Return a tile for each province and territory.

    It links to the hub of the province, to the list if there are several hubs, or to the national sessions if there is
    none.
    """
    count = Counter(hub.province for hub in rows)
    only = {hub.province: slug_address("hub", hub.slug) for hub in rows}
    tiles = []
    for code in PROVINCES:
        url = only.get(code, plain_address("catalogue")) if count[code] < 2 else f"#hubs-{code.lower()}"
        tiles.append(Tile(code, f"t-{code.lower()}", str(Province(code).label), url, count[code]))
    return tiles


def _cards(rows: list[Hub], language: str) -> list[HubCard]:
    cards = []
    seen: set[str] = set()
    for hub in rows:
        vision, vision_language = in_language(hub, "vision", language)
        is_first = bool(hub.province) and hub.province not in seen
        seen.add(hub.province)
        cards.append(
            HubCard(
                name=hub.name,
                url=slug_address("hub", hub.slug),
                where=_where(hub),
                host=hub.host.name,
                host_lang=_host_lang(hub, language),
                vision=vision,
                vision_lang=lang_if_other(vision_language, language),
                anchor=f"hubs-{hub.province.lower()}" if is_first else "",
            )
        )
    return cards


def _where(hub: Hub) -> str:
    return str(Province(hub.province).label) if hub.province in Province.values else hub.get_scope_display()


@require_safe
def hub_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Display a hub: its texts, its pages, and its sessions that are open for registration.

    Times are in the visitor's time zone or, if it is not known, in that of the hub's province.
    """
    found = hub_queries.hub_with_details(slug)
    if not found:
        raise Http404
    (hub,) = found
    person = request.user if isinstance(request.user, Person) else None
    own = viewer_zone(request)
    zone = None if own else PROVINCE_ZONES.get(hub.province)
    viewer = Viewer(person, timezone.now(), own or zone, active_language())
    sessions = hub_queries.open_at_hub(viewer.now, hub.pk, first=FIRST_SESSIONS)
    series = hub_queries.series_of_hub(viewer.now, hub.pk, first=MOST_SERIES)
    return render(request, "hubs/hub.html", {"hub": _page(hub, sessions, series, viewer, zone)})


def _host_lang(hub: Hub, language: str) -> str:
    return lang_of_name(hub.host.name_en, hub.host.name_fr, language)


def _zone_words(zone: str | None, language: str) -> str:
    if zone is None or zone == EASTERN:
        return ""
    return _("Times: %(zone)s, then Eastern time") % {"zone": zone_label(zone, language)}


def _page(hub: Hub, sessions: list[Session], series: list[Series], viewer: Viewer, zone: str | None) -> HubPage:
    language = viewer.language
    context = load_context(sessions, viewer)
    rows = [session_row(session, viewer, context, with_topics=True) for session in sessions]
    vision, vision_language = in_language(hub, "vision", language)
    note, note_language = in_language(hub, "founding_note", language)
    where = _where(hub)
    return HubPage(
        name=hub.name,
        slug=hub.slug,
        where=where,
        host=hub.host.name,
        host_lang=_host_lang(hub, language),
        agenda_heading=_("Sessions open to you: %(where)s") % {"where": where}
        if hub.province
        else _("Sessions open to you"),
        months=months_of(rows, language),
        calendar_url=f"{plain_address('calendars')}#hub-{hub.slug}",
        contact=hub.contact_email,
        accepts_proposals=hub.accepts_proposals,
        accepts_partners=hub.accepts_partners,
        times_label=_("%(label)s:") % {"label": where} if zone else "",
        zone_words=_zone_words(zone, language),
        vision=vision,
        vision_lang=lang_if_other(vision_language, language),
        founding_note=note,
        founding_note_lang=lang_if_other(note_language, language),
        aims=_words(hub, "aims", language),
        objectives=_words(hub, "objectives", language),
        principles=_words(hub, "principles", language),
        sections=tuple(Section(page.slug, page_text(page, language)) for page in pages_of_hub(hub.pk)),
        answers=answers(questions_of_hub(hub.pk), language),
        series=tuple(_series(row, hub, language) for row in series),
        spokes=tuple(_name(spoke, language) for spoke in hub.spoke_rows),  # type: ignore[attr-defined]
        partners=tuple(_links(hub.partner_rows, language)),  # type: ignore[attr-defined]
    )


def _words(hub: Hub, name: str, language: str) -> Words:
    """Return a list of texts of the hub in this language or, if it is empty, in the other language."""
    for code in (language, "fr" if language == "en" else "en"):
        if items := getattr(hub, f"{name}_{code}"):
            shown = tuple(french_spaces(item) if code == "fr" else item for item in items)
            return Words(shown, lang_if_other(code, language))
    return Words()


def _series(row: Series, hub: Hub, language: str) -> SeriesOfHub:
    title, written_in = in_language(row, "title", language)
    others = [one for one in row.hub_rows if one["slug"] != hub.slug]  # type: ignore[attr-defined]
    return SeriesOfHub(
        title=title,
        url=slug_address("series", row.slug),
        jointly_with=tuple(_links(others, language)),
        title_lang=lang_if_other(written_in, language),
    )


def _links(rows: Iterable[Mapping[str, Any]], language: str) -> Iterable[Link]:
    return (Link(_name(row, language), slug_address("hub", row["slug"])) for row in rows)


def _name(row: Mapping[str, Any], language: str) -> str:
    return str(row[f"name_{language}"])
