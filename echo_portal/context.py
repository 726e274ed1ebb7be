"""Template context of all pages: their URL in the other language, the time zone, and notes for the footer."""

import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import is_valid_path, reverse, translate_url
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from accounts.time_zones import viewer_zone
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.zones import zone_choices
from hubs.queries import programme_texts

# Pages that search engines may index. Other pages belong to one person, or follow a submitted form.
INDEXED = frozenset(
    {
        "catalogue",
        "series",
        "session",
        "register",
        "calendars",
        "library",
        "hubs",
        "public_data",
        "hub",
        "about",
        "page",
        "accessibility",
        "privacy",
        "questions",
        "newsletters",
        "newsletter",
        "contact",
        "kit",
        "kit_template",
        "propose",
        "partner",
        "interest",
        "report",
        "reports",
    }
)


def portal(request: HttpRequest) -> dict[str, Any]:
    language = active_language()
    other = "fr" if language == "en" else "en"
    programme: Any = SimpleLazyObject(programme_texts)
    return {
        "language": language,
        "other_language": other,
        "other_language_url": SimpleLazyObject(lambda: _translated(request.get_full_path(), language, other)),
        "page_addresses": SimpleLazyObject(lambda: _page_addresses(request, language, other)),
        "viewer_zone": SimpleLazyObject(lambda: viewer_zone(request) or ""),
        "zones": SimpleLazyObject(lambda: zone_choices(language)),
        "programme": programme,
        "funding_note": SimpleLazyObject(lambda: programme.funding_note),
        "demo_strip": settings.DEMO and not settings.SECOND_FACTOR_REQUIRED,
    }


def _page_addresses(request: HttpRequest, language: str, other: str) -> dict[str, str]:
    """Return the page's absolute URLs without query strings, by language. Return {} for pages that are not indexed."""
    if request.resolver_match is None or request.resolver_match.url_name not in INDEXED:
        return {}
    here, there = request.path, _translated(request.path, language, other)
    return {language: f"{settings.SITE_URL}{here}", other: f"{settings.SITE_URL}{there}"}


@functools.lru_cache(maxsize=2048)
def _translated(path: str, language: str, other: str) -> str:
    """Return the path of the same page in the other language, or that of the home page if there is no such page.

    The result is cached, because it depends only on the URL configuration.
    """
    found = translate_url(path, other)
    if found != path or is_valid_path(path.partition("?")[0]):
        return found
    with translation.override(other):
        return reverse("catalogue")
