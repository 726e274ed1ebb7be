"""The pages about the project."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.methods import require_safe
from pages.models import Page
from pages.presenters import navigation, page_text
from pages.queries import national_page, pages_in_place

FIRST_PAGE = "about-echo"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Display the first page about the project, or only links if there is none."""
    return _page(request, FIRST_PAGE, must_exist=False)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, slug, must_exist=True)


def _page(request: HttpRequest, slug: str, *, must_exist: bool) -> HttpResponse:
    found = next(iter(national_page(slug)), None)
    if found is None and must_exist:
        raise Http404
    language = active_language()
    context = {
        "page": page_text(found, language) if found else None,
        "about_pages": navigation(list(pages_in_place(Page.Place.ABOUT)), found, language),
    }
    return render(request, "pages/page.html", context)
