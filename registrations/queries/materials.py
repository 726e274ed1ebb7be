"""Queries for the materials of sessions, and for who may open them."""

import uuid
from collections.abc import Iterable

from django.db.models import Value
from django.utils import timezone

from accounts.models import Person
from registrations.models import Enrollment, Registration
from sessions.models import Material, Session


def material_of_held_session(public_id: uuid.UUID) -> Material | None:
    """Return a material of a public session that was held, with session, series and file, but not the file's bytes."""
    held = Session.objects.public().held(timezone.now())
    rows = Material.objects.select_related("session__series", "file", "replaced_by").defer("file__content")
    return rows.filter(public_id=public_id, session__in=held).first()


def may_open(material: Material, person: Person | None) -> bool:
    """Return whether this person may open the material now: everyone may, or only those of `open_to_registrant`."""
    if material.open_to == Material.OpenTo.PUBLIC:
        return True
    return material.session_id in open_to_registrant(person, [material.session])


def open_to_registrant(person: Person | None, sessions: Iterable[Session]) -> set[int]:
    """Return the IDs of those sessions whose materials for registrants the person may open, using one query.

    The person is registered for the session. If the series shares its recordings, it is enough that they are enrolled
    in the series or registered for any session of it. The sessions must have their series.
    """
    rows = list(sessions)
    if person is None or not rows:
        return set()
    series = {row.series_id for row in rows}
    places = Registration.objects.active().filter(person=person, session__series__in=series).order_by()
    enrollments = Enrollment.objects.active().filter(person=person, series__in=series).order_by()
    found = set(
        places.values_list("session__series_id", "session_id")
        .union(enrollments.annotate(no_session=Value(0)).values_list("series_id", "no_session"))
        .order_by()
    )
    of_series = {series_id for series_id, _session in found}
    return {
        row.pk
        for row in rows
        if (row.series_id, row.pk) in found
        or (row.series.shares_with_everyone_registered and row.series_id in of_series)
    }
