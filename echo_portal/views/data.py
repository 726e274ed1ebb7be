"""Public sessions for other sites: RSS, JSON, a page for frames, and the page that documents them."""

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from accounts.links import absolute_url
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.lib.http import with_validators
from echo_portal.lib.methods import require_safe
from echo_portal.lib.text import single_line
from echo_portal.lib.zones import PROVINCE_ZONES
from echo_portal.views import hub_queries, queries
from echo_portal.views.catalogue import months_of
from echo_portal.views.presenters import Viewer, load_context, session_row
from echo_portal.views.public_data import FILTERS, VERSION, public_sessions, session_values, when_words
from echo_portal.views.share_picture import picture
from sessions.models import Session
from sessions.presenters import spoken_in
from sessions.queries import published_series

CACHED_FOR = 900  # seconds
FRAMED_SESSIONS = 12
# Any site may frame the list: it has no form, sets no cookie and knows nobody.
FRAMED: dict[str, Any] = {
    **settings.SECURE_CSP,
    "frame-ancestors": ["*"],
    "form-action": [CSP.NONE],
    "script-src": [CSP.NONE],
}


@require_safe
def public_data(request: HttpRequest) -> HttpResponse:
    """Display the documentation of the feeds and of the page for frames."""
    hubs = queries.hubs_by_name()
    return render(request, "data/public_data.html", {"hubs": hubs, "site": settings.SITE_URL})


@require_safe
def sessions_json(request: HttpRequest) -> HttpResponse:
    """Return the sessions to come as JSON. Pages of any site may read it."""
    wanted = {name: single_line(request.GET[name][:80]) for name in FILTERS if request.GET.get(name)}
    sessions = public_sessions(timezone.now(), wanted)
    content = {
        "version": VERSION,
        "documentation": absolute_url("public_data", "en"),
        "sessions": [session_values(session) for session in sessions],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={CACHED_FOR}"
    return with_validators(request, response, [])


class SessionsRss(Feed):  # type: ignore[type-arg]
    """An RSS feed with the sessions to come, in the language of the URL."""

    feed_type = Rss201rev2Feed

    def title(self) -> str:
        return _("Palliative Care ECHO: upcoming sessions")

    def description(self) -> str:
        return _(
            "Free live palliative care learning for health care professionals across Canada, in English and French."
        )

    def link(self) -> str:
        return absolute_url("catalogue", active_language())

    def feed_url(self) -> str:
        return absolute_url("sessions_rss", active_language())

    def items(self) -> list[Session]:
        return public_sessions(timezone.now(), {})[:50]

    def item_title(self, item: Session) -> str:
        title, series = item.full_title_in(active_language())[0], item.series.title
        if title.startswith(series):
            return title
        return _("%(series)s: %(session)s") % {"series": series, "session": title}

    def item_description(self, item: Session) -> str:
        language = active_language()
        summary = in_language(item.series, "summary", language)[0]
        state = _("This session was cancelled.") if item.is_cancelled else ""
        parts = (state, when_words(item, language), spoken_in(item.series), summary)
        return " · ".join(part for part in parts if part)

    def item_link(self, item: Session) -> str:
        return absolute_url("session", active_language(), session=item.public_id)

    def item_pubdate(self, item: Session):  # type: ignore[no-untyped-def]
        return item.last_modified_at


@require_safe
def sessions_rss(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = SessionsRss()(request)
    response["Cache-Control"] = f"public, max-age={CACHED_FOR}"
    return response


@require_safe
@xframe_options_exempt
@csp_override(FRAMED)
def framed_sessions(request: HttpRequest) -> HttpResponse:
    """Display the next sessions, of all hubs or of one, on a page that other sites may display in a frame.

    Times are in the time zone of the hub's province, followed by Eastern time, because a page in a frame gets no cookie
    with the visitor's time zone.
    """
    language = active_language()
    slug = single_line(request.GET.get("hub", "")[:80])
    hub = next(iter(hub_queries.hub_with_details(slug)), None) if slug else None
    if slug and hub is None:
        raise Http404
    zone = PROVINCE_ZONES.get(hub.province) if hub else None
    viewer = Viewer(None, timezone.now(), zone, language)
    sessions = (
        hub_queries.open_at_hub(viewer.now, hub.pk, first=FRAMED_SESSIONS)
        if hub
        else queries.agenda(viewer.now, first=FRAMED_SESSIONS)
    )
    context = load_context(sessions, viewer)
    rows = [session_row(session, viewer, context) for session in sessions]
    return render(request, "data/framed.html", {"months": months_of(rows, language), "hub": hub})


@require_safe
def series_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of a series that other sites display with a link to it."""
    series = published_series(slug)
    if series is None:
        raise Http404
    content = picture(series.title, _("Palliative Care ECHO Project"))
    response = HttpResponse(content, content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=86400"
    return with_validators(request, response, [])
