"""Database queries of the public pages."""

import datetime as dt
import uuid
from typing import TypedDict, Unpack

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import JSONObject

from credits.models import Accreditation
from echo_portal.lib.compiled_query import compiled_query
from hubs.models import Hub
from registrations.queries.places import with_places_taken
from sessions.models import (
    Material,
    Series,
    SeriesOrganisation,
    SeriesQuerySet,
    Session,
    SessionQuerySet,
)
from sessions.queries import with_recommended_first

# The fields that a list displays of a session and of its series.
LISTED = (
    *("public_id", "series", "number", "state", "title_en", "title_fr", "on_date", "starts_at", "ends_at", "over_at"),
    *(
        "capacity",
        "promote_until_minutes",
        "series__slug",
        "series__title_en",
        "series__title_fr",
        "series__summary_en",
        "series__summary_fr",
        "series__practice_areas",
    ),
    *("series__language", "series__registration_mode"),
)


class Wanted(TypedDict, total=False):
    """The filters of the catalogue; those that are not in use are left out."""

    profession: str
    area: str
    hub: str
    language: str
    credits: bool


@compiled_query
def hubs_by_name() -> QuerySet[Hub]:
    """Return every hub, for a select."""
    return Hub.objects.only("slug", "name_en", "name_fr")


def sessions_to_come(now: dt.datetime, **wanted: Unpack[Wanted]) -> SessionQuerySet:
    """Return the agenda's sessions, unordered. Sessions without a date and title appear on their series' page only."""
    sessions = Session.objects.public().to_come(now).filter(Q(on_date__isnull=False) | ~Q(title_en="", title_fr=""))
    if profession := wanted.get("profession"):
        # A series without an audience is for everybody.
        everybody = Q(series__audience_professions=[])
        sessions = sessions.filter(Q(series__audience_professions__contains=[profession]) | everybody)
    if area := wanted.get("area"):
        sessions = sessions.filter(series__practice_areas__contains=[area])
    if hub := wanted.get("hub"):
        joint = Series.partner_hubs.through.objects.filter(hub__slug=hub).values("series_id")
        sessions = sessions.filter(Q(series__hub__slug=hub) | Q(series__in=joint))
    if language := wanted.get("language"):
        sessions = sessions.filter(series__language=language)
    if wanted.get("credits"):
        sessions = sessions.filter(series__in=Accreditation.objects.complete().values("series_id"))
    return sessions


@compiled_query
def agenda(now: dt.datetime, *, first: int, **wanted: Unpack[Wanted]) -> SessionQuerySet:
    """Return the first sessions to come in order of time, each with `total` (all that match) and `places_taken`."""
    listed = with_places_taken(sessions_to_come(now, **wanted)).annotate(total=Window(Count("pk")))
    return listed.in_order_of_time().select_related("series").only(*LISTED)[:first]


@compiled_query
def running_series(now: dt.datetime) -> SeriesQuerySet:
    """Return at most eight series of several sessions with some to come, the longest first; with `total` and `held`."""
    live = Session.objects.filter(series=OuterRef("pk"), state__in=["published", "rescheduled"])
    # Counted per series, and only for those with a session to come, so that past sessions do not slow this page down.
    return (
        Series.objects.published()
        .filter(Exists(live.to_come(now)), choose_one=False)
        .annotate(total=_count(live), held=_count(live.filter(over_at__lte=now)))
        .filter(total__gt=1)
        .order_by("-total", "slug")
        .only("slug", "title_en", "title_fr")[:8]
    )


def _count(rows: QuerySet[Session]) -> Subquery:
    return Subquery(rows.order_by().values("series").annotate(count=Count("pk")).values("count"))


@compiled_query
def series_with_details(slug: str) -> SeriesQuerySet:
    """Return a published series with its hub.

    Adds `offered_by` and `first` (recommended before it) as plain values.
    """
    offered_by = SeriesOrganisation.objects.filter(series=OuterRef("pk")).exclude(role="certifier")
    return with_recommended_first(
        Series.objects.published()
        .select_related("hub")
        .filter(slug=slug)
        .annotate(
            offered_by=ArraySubquery(
                offered_by.order_by("role", "organisation__name_en").values(
                    json=JSONObject(role="role", name_en="organisation__name_en", name_fr="organisation__name_fr")
                )
            ),
        )
    )


@compiled_query
def sessions_of_series(series_id: int) -> SessionQuerySet:
    """Return a series' public sessions by number, each with its series, `places_taken` and `material_rows`."""
    return _with_materials(Session.objects.filter(series=series_id))


@compiled_query
def sessions_of_same_series(public_id: uuid.UUID) -> SessionQuerySet:
    """Return all public sessions of the series that this one belongs to, as `sessions_of_series` does."""
    its_series = Session.objects.filter(public_id=public_id).values("series")
    return _with_materials(Session.objects.filter(series__in=its_series))


def _with_materials(sessions: SessionQuerySet) -> SessionQuerySet:
    """Add `material_rows`, the values of the sessions' materials by kind."""
    materials = Material.objects.filter(session=OuterRef("pk")).order_by("kind", "pk")
    values = JSONObject(kind="kind", title="title", url="url", language="language", open_to="open_to")
    return (
        with_places_taken(sessions.public())
        .annotate(material_rows=ArraySubquery(materials.values(json=values)))
        .select_related("series")
        .order_by("number")
    )
