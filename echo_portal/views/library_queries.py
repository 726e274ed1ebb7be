"""Queries for the library."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, Value, Window

from echo_portal.lib.compiled_query import compiled_query
from sessions.models import Material, MaterialQuerySet, Session, SessionQuerySet
from sessions.queries import material_rows

# The kinds of materials by which the library can be filtered.
FILTERED_KINDS = (Material.Kind.RECORDING, Material.Kind.SLIDES, Material.Kind.QUESTIONS)


@dataclass(frozen=True)
class Chosen:
    """The filters of the library.

    A session must have one of `languages` and one of `areas`, and materials of all `kinds`.
    """

    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    profession: str = ""
    hub: str = ""

    def __bool__(self) -> bool:
        return any((self.languages, self.areas, self.kinds, self.profession, self.hub))


def in_library(now: dt.datetime) -> SessionQuerySet:
    """Return the public sessions that were held and have either their own title or materials."""
    with_materials = Exists(Material.objects.filter(session=OuterRef("pk")))
    return Session.objects.public().held(now).filter(~Q(title_en="", title_fr="") | with_materials)


@compiled_query
def library_page(now: dt.datetime, *, chosen: Chosen, first: int) -> SessionQuerySet:
    """Return the `first` latest sessions of the library that match the filters, newest first.

    Each has the annotation `total`, the number of all matches, and the attribute `material_rows`.
    """
    sessions = _filtered(in_library(now), chosen)
    return _displayed(sessions.order_by(F("on_date").desc(nulls_last=True), "series_id", "-number"))[:first]


def found_in_library(now: dt.datetime, ids: Sequence[int], *, chosen: Chosen, first: int) -> SessionQuerySet:
    """Return the first sessions of the library that a search found, in the order of `ids`.

    They have the annotations of `library_page`.
    """
    position = Func(Value(list(ids)), F("pk"), function="array_position")
    sessions = _filtered(in_library(now), chosen).filter(pk__in=ids)
    return _displayed(sessions.order_by(position))[:first]


def _displayed(sessions: SessionQuerySet) -> SessionQuerySet:
    return sessions.annotate(total=Window(Count("pk")), material_rows=material_rows()).select_related("series")


def _filtered(sessions: SessionQuerySet, chosen: Chosen) -> SessionQuerySet:
    if chosen.languages:
        sessions = sessions.filter(series__language__in=chosen.languages)
    if chosen.areas:
        sessions = sessions.filter(series__practice_areas__overlap=list(chosen.areas))
    if chosen.profession:
        sessions = sessions.for_profession(chosen.profession)
    if chosen.hub:
        sessions = sessions.at_hub(chosen.hub)
    for kind in chosen.kinds:
        sessions = sessions.filter(Exists(_online(kind)))
    return sessions


def _online(kind: str) -> MaterialQuerySet:
    return Material.objects.online().filter(session=OuterRef("pk"), kind=kind)


def counts(now: dt.datetime) -> dict[tuple[str, str], int]:
    """Return how many sessions of the library match each pair of filter and value, using one query.

    The key ("", "") has the number of all sessions.
    """
    sessions = in_library(now).order_by()
    text = CharField()
    areas = Func("series__practice_areas", function="unnest", output_field=text)
    online = Material.objects.online().filter(session__in=in_library(now), kind__in=FILTERED_KINDS).order_by()
    rows = (
        sessions.annotate(name=Value("language"), value=F("series__language"))
        .values_list("name", "value")
        .annotate(count=Count("pk"))
        .union(
            sessions.annotate(name=Value("area"), value=areas).values_list("name", "value").annotate(count=Count("pk")),
            online.annotate(name=Value("has"), value=F("kind"))
            .values_list("name", "value")
            .annotate(count=Count("session", distinct=True)),
            all=True,
        )
        .order_by()
    )
    return {(name, value): count for name, value, count in rows}
