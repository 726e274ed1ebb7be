"""Queries for series and sessions."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.text import slugify

from echo_portal.lib.compiled_query import compiled_query
from echo_portal.lib.zones import EASTERN, PROVINCE_ZONES, PROVINCES_WITH_SEVERAL_ZONES, may_stand_for
from sessions.models import Material, Series, SeriesQuerySet, Session, SessionQuerySet

LONGEST_SLUG = 70  # characters; a number still fits after them


@compiled_query
def timed_sessions(series_id: int) -> SessionQuerySet:
    """Return the public sessions of a series that have a time, sorted by number."""
    return Session.objects.filter(series=series_id).public().exclude(start_time=None).order_by("number")


def published_series(slug: str) -> Series | None:
    """Return a published series with its hub, or None if there is none with this slug.

    It is annotated with `session_total` (without drafts) and `first` (see `with_recommended_first`).
    """
    for series in _published_series(slug):
        return series
    return None


@compiled_query
def _published_series(slug: str) -> SeriesQuerySet:
    return with_recommended_first(Series.objects.published().select_related("hub").filter(slug=slug)).annotate(
        session_total=Count("sessions", filter=~Q(sessions__state=Session.State.DRAFT))
    )


def with_recommended_first(series: SeriesQuerySet) -> SeriesQuerySet:
    """Annotate `first`: the slugs and titles of the published series recommended before this one."""
    first = Series.objects.published().filter(recommended_next=OuterRef("pk")).order_by("slug")
    values = JSONObject(slug="slug", title_en="title_en", title_fr="title_fr")
    return series.annotate(first=ArraySubquery(first.values(json=values)))


def recommended_before(series: Series) -> list[Series]:
    """Return the recommended series as unsaved `Series` objects with only a slug and titles, built from `first`."""
    return [Series(**values) for values in series.first]  # type: ignore[attr-defined]


def series_to_come(now: dt.datetime) -> SeriesQuerySet:
    """Return published series that are open-ended or have sessions open for registration, ordered by slug."""
    to_come = Session.objects.filter(series=OuterRef("pk")).open_for_registration(now)
    return Series.objects.published().filter(Q(ongoing=True) | Exists(to_come)).order_by("slug")


def sessions_open_for_registration(series: Series, now: dt.datetime) -> list[Session]:
    """Return the sessions of a series that are open for registration, by date and time. Their `series` is set."""
    sessions = list(Session.objects.filter(series=series).open_for_registration(now).in_order_of_time())
    for session in sessions:
        session.series = series
    return sessions


def province_of_zone(zone: str | None) -> str:
    """Return the province to which a time zone belongs, or "" if there is none or more than one.

    This is the province that usually uses the zone. If there is none, it is the province where part of the population
    uses the zone, or for which a browser may report it (`may_stand_for`).
    """
    usual = [province for province, name in PROVINCE_ZONES.items() if name == zone]
    found = usual or [code for code, names in PROVINCES_WITH_SEVERAL_ZONES.items() if zone in names]
    if zone and not usual:
        found += [code for code in PROVINCE_ZONES if may_stand_for(zone, code)]
    return found[0] if len(found) == 1 else ""


CANCELLED_KEPT = dt.timedelta(days=30)
HELD_KEPT = dt.timedelta(days=90)


def sessions_for_feed(now: dt.datetime) -> SessionQuerySet:
    """Return the sessions of public feeds: sessions with a time that are to come or ended in the last 90 days.

    A cancelled session is included for 30 days after its last change.
    """
    return (
        Session.objects.public()
        .filter(starts_at__isnull=False, ends_at__gt=now - HELD_KEPT)
        .exclude(state=Session.State.CANCELLED, last_modified_at__lt=now - CANCELLED_KEPT)
    )


def usual_values(sessions: Iterable[Session]) -> dict[str, Any]:
    """Return values for a new session: the next number, and the usual times, time zone and joining link.

    Times and zone are those of the last of these sessions that has times. A link is proposed only if all sessions have
    it, because the link of a single session would lead people into another room.
    """
    in_order = sorted(sessions, key=lambda session: session.number)
    if not in_order:
        return {"time_zone": EASTERN, "number": 1}
    usual = next((session for session in reversed(in_order) if session.start_time is not None), in_order[-1])
    links = {session.join_url for session in in_order}
    return {
        "number": in_order[-1].number + 1,
        **{name: getattr(usual, name) for name in ("start_time", "end_time", "time_zone")},
        "join_url": links.pop() if len(links) == 1 else "",
    }


def material_rows() -> ArraySubquery:
    """Return an expression for the values of a session's materials, ordered by kind, for `materials_of`."""
    materials = Material.objects.filter(session=OuterRef("pk")).order_by("kind", "pk")
    names = ("public_id", "kind", "title", "url", "language", "open_to", "minutes", "megabytes", "has_captions")
    values: dict[str, Any] = {name: name for name in (*names, "state", "note_en", "note_fr")}
    return ArraySubquery(
        materials.values(json=JSONObject(**values, file_size="file__size", file_type="file__extension"))
    )


def free_slug(title: str, *, otherwise: str) -> str:
    """Return a slug that no series has, made from the title, or from `otherwise` if the title results in none."""
    base = slugify(title)[:LONGEST_SLUG].strip("-") or otherwise
    taken = set(Series.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1000))) if slug not in taken)
