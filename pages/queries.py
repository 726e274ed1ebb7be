"""Queries for the public pages."""

from echo_portal.lib.compiled_query import compiled_query
from pages.models import Page, PageQuerySet


@compiled_query
def national_page(slug: str) -> PageQuerySet:
    """Return the published national page with this address, if there is one."""
    return Page.objects.published().national().filter(slug=slug)


@compiled_query
def pages_in_place(place: str) -> PageQuerySet:
    """Return the published pages of a place in the navigation, without their texts."""
    return Page.objects.in_place(place).only("slug", "title_en", "title_fr", "place")
