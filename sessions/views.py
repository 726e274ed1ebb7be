"""Public calendar feeds and the page that lists them.

Feeds have the method PUBLISH and contain no joining links (DOMAIN.md IC-4).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.vocabularies import Language, Profession
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import with_validators
from echo_portal.lib.methods import require_safe
from hubs.models import Hub
from sessions.calendar import calendar, public_entry
from sessions.feeds import language_feed_name, public_feeds
from sessions.models import Series, SessionQuerySet
from sessions.queries import published_series, sessions_for_feed

CACHED_FOR = 900  # seconds; calendar applications fetch a feed every few hours


@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Display all public feeds, each with its URL and a webcal link."""
    return render(
        request, "sessions/calendars.html", {"groups": public_feeds(request, timezone.now(), active_language())}
    )


@require_safe
def series_feed(request: HttpRequest, slug: str) -> HttpResponse:
    series = published_series(slug)
    if series is None:
        raise Http404
    return _feed(request, sessions_for_feed(timezone.now()).filter(series=series), series.title)


@require_safe
def hub_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the feed of a hub's own series and of the series of which it is a partner hub."""
    hub = Hub.objects.filter(slug=slug).first()
    if hub is None:
        raise Http404
    shown = Series.objects.published().for_hub(hub)
    return _feed(request, sessions_for_feed(timezone.now()).filter(series__in=shown), hub.name)


@require_safe
def profession_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Return the feed of series for this profession and of series for all professions."""
    if code not in Profession.values:
        raise Http404
    sessions = sessions_for_feed(timezone.now()).for_profession(code)
    return _feed(request, sessions, _("ECHO sessions: %(profession)s") % {"profession": Profession(code).label})


@require_safe
def language_feed(request: HttpRequest, code: str) -> HttpResponse:
    if code not in Language.values:
        raise Http404
    sessions = sessions_for_feed(timezone.now()).filter(series__language=code)
    return _feed(request, sessions, language_feed_name(code))


def _feed(request: HttpRequest, sessions: SessionQuerySet, name: str) -> HttpResponse:
    language = active_language()
    rows = list(sessions.select_related("series__hub").in_order_of_time())
    entries = [public_entry(row, language) for row in rows]
    content = calendar(entries, method="PUBLISH", name=name, source_url=request.build_absolute_uri())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={CACHED_FOR}"
    return with_validators(request, response, (row.last_modified_at for row in rows))
