"""Queries for the directory of hubs and for the page of a hub."""

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from echo_portal.lib.compiled_query import compiled_query
from echo_portal.views.queries import LISTED, sessions_to_come
from hubs.models import Hub, HubQuerySet, Spoke
from registrations.queries.places import with_places_taken
from sessions.models import Series, SeriesQuerySet, Session, SessionQuerySet


@compiled_query
def directory() -> HubQuerySet:
    """Return all hubs with their hosts, the national hub first."""
    return Hub.objects.in_order().select_related("host")


@compiled_query
def hub_with_details(slug: str) -> HubQuerySet:
    """Return the hub with its host, and with its `spoke_rows` and `partner_rows` as dictionaries."""
    spokes = Spoke.objects.filter(hub=OuterRef("pk")).order_by("name_en")
    partners = Hub.objects.filter(partner_of=OuterRef("pk")).order_by("name_en")
    names = {"name_en": "name_en", "name_fr": "name_fr"}
    return (
        Hub.objects.filter(slug=slug)
        .select_related("host")
        .annotate(
            spoke_rows=ArraySubquery(spokes.values(json=JSONObject(**names))),
            partner_rows=ArraySubquery(partners.values(json=JSONObject(slug="slug", **names))),
        )
    )


@compiled_query
def open_at_hub(now: dt.datetime, hub_id: int, *, first: int) -> SessionQuerySet:
    """Return the first sessions to come of the hub, of its joint series and of the national hub, in order of time."""
    joint = Series.partner_hubs.through.objects.filter(hub=hub_id).values("series_id")
    here = Q(series__hub=hub_id) | Q(series__in=joint) | Q(series__hub__scope=Hub.Scope.NATIONAL)
    listed = with_places_taken(sessions_to_come(now).filter(here))
    return listed.in_order_of_time().select_related("series").only(*LISTED)[:first]


@compiled_query
def series_of_hub(now: dt.datetime, hub_id: int, *, first: int) -> SeriesQuerySet:
    """Return the hub's own and joint series that are open-ended or have sessions to come.

    `hub_rows` contains the hubs that offer the series, as dictionaries.
    """
    joint = Series.partner_hubs.through.objects
    to_come = Session.objects.public().to_come(now).exclude(state=Session.State.CANCELLED)
    names = {"slug": "slug", "name_en": "name_en", "name_fr": "name_fr"}
    runs = Q(pk=OuterRef("hub")) | Q(pk__in=joint.filter(series=OuterRef("pk")).values("hub_id"))
    return (
        Series.objects.published()
        .filter(Q(hub=hub_id) | Q(pk__in=joint.filter(hub=hub_id).values("series_id")))
        .filter(Q(ongoing=True) | Exists(to_come.filter(series=OuterRef("pk"))))
        .annotate(hub_rows=ArraySubquery(Hub.objects.filter(runs).order_by("name_en").values(json=JSONObject(**names))))
        .order_by("slug")
        .only("slug", "title_en", "title_fr")[:first]
    )
