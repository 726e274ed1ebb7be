"""Queries for the public pages."""

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
from sessions.queries import material_rows, with_recommended_first

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
    """The filters of the catalogue that are in use."""

    profession: str
    area: str
    hub: str
    language: str
    credits: bool


@compiled_query
def hubs_by_name() -> QuerySet[Hub]:
    """Return all hubs, for a select."""
    return Hub.objects.only("slug", "name_en", "name_fr")


def sessions_to_come(now: dt.datetime, **wanted: Unpack[Wanted]) -> SessionQuerySet:
    """Return the sessions of the schedule, not sorted.

    A session with neither a date nor a title is only on the page of its series.
    """
    sessions = Session.objects.public().to_come(now).filter(Q(on_date__isnull=False) | ~Q(title_en="", title_fr=""))
    if profession := wanted.get("profession"):
        # A series without audiences is for everybody.
        everybody = Q(series__audience_professions=[])
        sessions = sessions.filter(Q(series__audience_professions__contains=[profession]) | everybody)
    if area := wanted.get("area"):
        sessions = sessions.filter(series__practice_areas__contains=[area])
    if hub := wanted.get("hub"):
        sessions = sessions.at_hub(hub)
    if language := wanted.get("language"):
        sessions = sessions.filter(series__language=language)
    if wanted.get("credits"):
        sessions = sessions.filter(series__in=Accreditation.objects.complete().values("series_id"))
    return sessions


@compiled_query
def agenda(now: dt.datetime, *, first: int, **wanted: Unpack[Wanted]) -> SessionQuerySet:
    """Return the first matching sessions in order of time, with `places_taken` and `total` (the number of matches)."""
    listed = with_places_taken(sessions_to_come(now, **wanted)).annotate(total=Window(Count("pk")))
    return listed.in_order_of_time().select_related("series").only(*LISTED)[:first]


@compiled_query
def running_series(now: dt.datetime) -> SeriesQuerySet:
    """Return at most eight running series of several sessions, the longest first, annotated with `total` and `held`."""
    live = Session.objects.filter(series=OuterRef("pk"), state__in=["published", "rescheduled"])
    # Counted only for series with a future session, so that past sessions do not slow this page down.
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

    It is annotated with `offered_by`, `partner_rows` and `first`, the series recommended before it, as dictionaries.
    """
    return with_recommended_first(
        Series.objects.published()
        .select_related("hub")
        .filter(slug=slug)
        .annotate(offered_by=_offered_by("pk"), partner_rows=_partner_hubs("pk"))
    )


def _offered_by(series: str) -> ArraySubquery:
    """Return the organisations of a series, except certifiers, as dictionaries."""
    rows = SeriesOrganisation.objects.filter(series=OuterRef(series)).exclude(role="certifier")
    names = {"name_en": "organisation__name_en", "name_fr": "organisation__name_fr"}
    return ArraySubquery(rows.order_by("role", "organisation__name_en").values(json=JSONObject(role="role", **names)))


def _partner_hubs(series: str) -> ArraySubquery:
    """Return the partner hubs of a series as dictionaries."""
    hubs = Hub.objects.filter(joint_series=OuterRef(series)).order_by("name_en")
    return ArraySubquery(hubs.values(json=JSONObject(slug="slug", name_en="name_en", name_fr="name_fr")))


@compiled_query
def sessions_of_series(series_id: int) -> SessionQuerySet:
    """Return the public sessions of a series, sorted by number, with series, `places_taken` and `material_rows`."""
    return _with_materials(Session.objects.filter(series=series_id))


@compiled_query
def session_with_details(public_id: uuid.UUID) -> SessionQuerySet:
    """Return a public session with its series and hub, and with the annotations of `sessions_of_series`.

    It is also annotated with `offered_by` and `partner_rows` of the series, and with `timed_rows`: the numbers, dates,
    start times and time zones of the public sessions of the series that have a time, as dictionaries ordered by number.
    """
    timed = Session.objects.filter(series=OuterRef("series")).public().exclude(start_time=None).order_by("number")
    values = JSONObject(number="number", on_date="on_date", start_time="start_time", time_zone="time_zone")
    row = _with_materials(Session.objects.filter(public_id=public_id)).select_related("series__hub")
    return row.annotate(
        offered_by=_offered_by("series"),
        partner_rows=_partner_hubs("series"),
        timed_rows=ArraySubquery(timed.values(json=values)),
    )


@compiled_query
def sessions_with_materials(session_ids: list[int]) -> SessionQuerySet:
    """Return those of these sessions that have materials, with only IDs, languages and `material_rows`."""
    with_materials = Exists(Material.objects.filter(session=OuterRef("pk")))
    return (
        Session.objects.filter(pk__in=session_ids)
        .filter(with_materials)
        .annotate(material_rows=material_rows())
        .select_related("series")
        .only("pk", "series__language")
    )


def _with_materials(sessions: SessionQuerySet) -> SessionQuerySet:
    """Annotate the sessions with `material_rows`, the values of their materials ordered by kind."""
    return (
        with_places_taken(sessions.public())
        .annotate(material_rows=material_rows())
        .select_related("series")
        .order_by("number")
    )
