"""Queries for public pages."""

import datetime as dt

from echo_portal.lib.compiled_query import compiled_query
from hubs.models import Hub, HubQuerySet
from pages.models import (
    Newsletter,
    NewsletterQuerySet,
    Page,
    PageQuerySet,
    QuestionAndAnswer,
    QuestionAndAnswerQuerySet,
)


@compiled_query
def national_page(slug: str) -> PageQuerySet:
    """Return the published national page with this slug, as a queryset of at most one row."""
    return Page.objects.published().national().filter(slug=slug)


@compiled_query
def pages_in_place(place: str) -> PageQuerySet:
    """Return the published pages for a place in the navigation, without loading their texts."""
    return Page.objects.in_place(place).only("slug", "title_en", "title_fr", "hub_id")


@compiled_query
def pages_of_hub(hub_id: int) -> PageQuerySet:
    """Return the published pages of a hub, in their order."""
    return Page.objects.published().filter(hub=hub_id).order_by("position", "slug")


@compiled_query
def questions_in_order() -> QuestionAndAnswerQuerySet:
    """Return the published national questions, in their order."""
    return QuestionAndAnswer.objects.published().national().order_by("position", "slug")


@compiled_query
def questions_of_hub(hub_id: int) -> QuestionAndAnswerQuerySet:
    return QuestionAndAnswer.objects.published().filter(hub=hub_id).order_by("position", "slug")


@compiled_query
def archive(today: dt.date) -> NewsletterQuerySet:
    """Return the newsletters of the archive, the newest first, with the names of their hubs but not their texts."""
    return Newsletter.objects.in_archive(today).select_related("hub").defer("body_en", "body_fr")


@compiled_query
def newsletter(slug: str, today: dt.date) -> NewsletterQuerySet:
    return Newsletter.objects.in_archive(today).select_related("hub").filter(slug=slug)


@compiled_query
def hubs_with_contact() -> HubQuerySet:
    """Return the hubs, the national hub first, with the fields that the contact page displays."""
    return Hub.objects.in_order().only("slug", "scope", "name_en", "name_fr", "contact_email", "accepts_partners")
