"""The sitemap, with all public pages in both languages and hreflang, and robots.txt, which refers to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from echo_portal.lib.addresses import slug_address, uuid_address
from echo_portal.lib.methods import require_safe
from hubs.models import Hub
from pages.models import Newsletter, Page
from pages.presenters.public_texts import VIEWS, newsletter_url, page_url
from proposals.kit import NAMES
from sessions.models import Series, Session

NAMED = (
    *("catalogue", "library", "hubs", "about", "questions", "newsletters", "contact", "accessibility", "privacy"),
    *("calendars", "reports", "public_data", "interest", "propose", "partner", "kit"),
)
CLOSED = ("/admin/", "/i18n/")


class InBothLanguages(Sitemap):  # type: ignore[type-arg]
    i18n = alternates = True

    @property
    def protocol(self) -> str:  # type: ignore[override]
        return str(urlsplit(settings.SITE_URL).scheme)

    def get_domain(self, site: Any = None) -> str:
        return str(urlsplit(settings.SITE_URL).netloc)


class NamedPages(InBothLanguages):
    def items(self) -> Iterable[str]:
        return NAMED

    def location(self, item: str) -> str:
        return reverse(item)


class SeriesPages(InBothLanguages):
    def items(self) -> Iterable[Series]:
        return Series.objects.published().order_by("slug").only("slug")

    def location(self, item: Series) -> str:
        return slug_address("series", item.slug)


class SessionPages(InBothLanguages):
    def items(self) -> Iterable[Session]:
        return Session.objects.public().order_by("pk").only("public_id", "last_modified_at")

    def location(self, item: Session) -> str:
        return uuid_address("session", "session", item.public_id)

    def lastmod(self, item: Session) -> datetime:
        return item.last_modified_at


class HubPages(InBothLanguages):
    def items(self) -> Iterable[Hub]:
        return Hub.objects.in_order().only("slug")

    def location(self, item: Hub) -> str:
        return slug_address("hub", item.slug)


class TextPages(InBothLanguages):
    def items(self) -> Iterable[Page]:
        return Page.objects.published().national().exclude(slug__in=VIEWS).order_by("slug")

    def location(self, item: Page) -> str:
        return page_url(item)


class KitTemplates(InBothLanguages):
    def items(self) -> Iterable[str]:
        return NAMES

    def location(self, item: str) -> str:
        return reverse("kit_template", kwargs={"slug": item})


class Newsletters(InBothLanguages):
    def items(self) -> Iterable[Newsletter]:
        return Newsletter.objects.in_archive(timezone.localdate()).only("slug", "published_on")

    def location(self, item: Newsletter) -> str:
        return newsletter_url(item)


SITEMAPS: dict[str, Any] = {
    "named": NamedPages,
    "series": SeriesPages,
    "sessions": SessionPages,
    "hubs": HubPages,
    "pages": TextPages,
    "newsletters": Newsletters,
    "kit": KitTemplates,
}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_views.sitemap(request, SITEMAPS)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
