"""Queries for hubs and the programme's texts."""

from django.db.models import QuerySet

from echo_portal.lib.compiled_query import compiled_query
from hubs.models import Hub, Programme


def programme_texts() -> Programme:
    """Return the texts of the programme. If none is loaded, return an unsaved row without texts."""
    return next(iter(_programme()), Programme())


def funding_note() -> str:
    """Return the funder's wording in the active language (DOMAIN.md L-8), or "" if no programme is loaded."""
    return programme_texts().funding_note


def meeting_hosts() -> list[str]:
    """Return the hosts at which sessions may meet, from the list that Pallium staff edit.

    If no programme is loaded, return the usual hosts.
    """
    return programme_texts().meeting_hosts


@compiled_query
def _programme() -> QuerySet[Programme]:
    return Programme.objects.order_by("pk")[:1]


def contact_of(hub: Hub) -> str:
    """Return the hub's contact address, or "" if it has none."""
    return hub.contact_email
