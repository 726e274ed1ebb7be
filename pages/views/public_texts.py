"""Pages about the project, frequently asked questions, newsletters, and contact addresses."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.dates import date_long
from echo_portal.lib.methods import require_safe
from pages import queries
from pages.models import Page
from pages.presenters.public_texts import VIEWS, answers, any_sample, navigation, page_text

# RFC 9116 recommends less than a year.
SECURITY_TEXT_VALID = dt.timedelta(days=180)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Display the first page about the project. If there is none, display only links."""
    return _page(request, "about-echo", otherwise=_("About the project"))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Display the accessibility statement. If there is none, display only how to contact the programme."""
    return _page(request, "accessibility", otherwise=_("Accessibility"))


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponsePermanentRedirect(reverse(VIEWS[slug])) if slug in VIEWS else _page(request, slug)


def _page(request: HttpRequest, slug: str, *, otherwise: str = "") -> HttpResponse:
    """Display the page with this slug. If there is none, display only the heading `otherwise`.

    Raises Http404 if there is no page and `otherwise` is empty.
    """
    found = next(iter(queries.national_page(slug)), None)
    if found is None and not otherwise:
        raise Http404
    language = active_language()
    context = {
        "heading": otherwise,
        "page": page_text(found, language) if found else None,
        "about_pages": navigation(list(queries.pages_in_place(Page.Place.ABOUT)), found, language),
    }
    return render(request, "pages/page.html", context)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    rows = list(queries.questions_in_order())
    context = {"answers": answers(rows, active_language()), "has_samples": any_sample(rows)}
    return render(request, "pages/questions.html", context)


@require_safe
def newsletter(request: HttpRequest, slug: str) -> HttpResponse:
    row = next(iter(queries.newsletter(slug, timezone.localdate())), None)
    if row is None:
        raise Http404
    language = active_language()
    context = {
        "newsletter": page_text(row, language),
        "day": date_long(row.published_on, language),
        "hub_name": row.hub.name if row.hub else "",
    }
    return render(request, "pages/newsletter.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Display the page "contact", and the contact addresses of the hubs.

    If there is no such page, display the address of the programme instead.
    """
    found = next(iter(queries.national_page("contact")), None)
    context = {
        "page": page_text(found, active_language()) if found else None,
        "hubs": list(queries.hubs_with_contact()),
        "operator_email": settings.OPERATOR_EMAIL,
    }
    return render(request, "pages/contact.html", context)


@require_safe
def security_text(request: HttpRequest) -> HttpResponse:
    """Return the text that says how to report a vulnerability (RFC 9116)."""
    with translation.override("en"):
        page = reverse("contact")
    expires = timezone.now().replace(microsecond=0) + SECURITY_TEXT_VALID
    lines = [
        f"Contact: mailto:{settings.OPERATOR_EMAIL}",
        f"Contact: {settings.SITE_URL}{page}",
        f"Expires: {expires.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
