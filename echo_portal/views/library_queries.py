"""Database queries of the library."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, Value, Window

from sessions.models import Material, MaterialQuerySet, Series, Session, SessionQuerySet
from sessions.queries import material_rows

# The kinds of materials by which the library can be filtered.
FILTERED_KINDS = (Material.Kind.RECORDING, Material.Kind.SLIDES, Material.Kind.QUESTIONS)


@dataclass(frozen=True)
class Chosen:
    """The filters of the library. Languages and areas are alternatives; of `kinds`, a session must have all."""

    languages: Sequence[str] = ()
    areas: Sequence[str] = ()
    kinds: Sequence[str] = ()
    profession: str = ""
    hub: str = ""

    def __bool__(self) -> bool:
        return any((self.languages, self.areas, self.kinds, self.profession, self.hub))


def in_library(now: dt.datetime) -> SessionQuerySet:
    """Return the public sessions that were held and have a title of their own or materials."""
    with_materials = Exists(Material.objects.filter(session=OuterRef("pk")))
    return Session.objects.public().held(now).filter(~Q(title_en="", title_fr="") | with_materials)


def library_page(now: dt.datetime, chosen: Chosen, *, among: Sequence[int] | None, first: int) -> list[Session]:
    """Return the first sessions of the library with `material_rows` and `total`, the latest first.

    `among` are the ids that a search found, best first; None if nothing was searched.
    """
    sessions = _filtered(in_library(now), chosen)
    if among is not None:
        position = Func(Value(list(among)), F("pk"), function="array_position")
        sessions = sessions.filter(pk__in=among).order_by(position)
    else:
        sessions = sessions.order_by(F("on_date").desc(nulls_last=True), "series_id", "-number")
    return list(
        sessions.annotate(total=Window(Count("pk")), material_rows=material_rows()).select_related("series")[:first]
    )


def _filtered(sessions: SessionQuerySet, chosen: Chosen) -> SessionQuerySet:
    if chosen.languages:
        sessions = sessions.filter(series__language__in=chosen.languages)
    if chosen.areas:
        sessions = sessions.filter(series__practice_areas__overlap=list(chosen.areas))
    if chosen.profession:
        sessions = sessions.for_profession(chosen.profession)
    if chosen.hub:
        joint = Series.partner_hubs.through.objects.filter(hub__slug=chosen.hub).values("series_id")
        sessions = sessions.filter(Q(series__hub__slug=chosen.hub) | Q(series__in=joint))
    for kind in chosen.kinds:
        sessions = sessions.filter(Exists(_online(kind)))
    return sessions


def _online(kind: str) -> MaterialQuerySet:
    return Material.objects.online().filter(session=OuterRef("pk"), kind=kind)


def counts(now: dt.datetime) -> dict[tuple[str, str], int]:
    """Return the number of sessions in the library, by filter and value, in one query; of all with the key ("", "")."""
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
