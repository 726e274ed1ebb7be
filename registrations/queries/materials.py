"""Queries for the materials of sessions, and for who may open them."""

import uuid

from django.utils import timezone

from accounts.models import Person
from registrations.models import Registration
from sessions.models import Material, Session


def material_of_held_session(public_id: uuid.UUID) -> Material | None:
    """Return a material of a public session that was held, with session, series and file, but not the file's bytes."""
    held = Session.objects.public().held(timezone.now())
    rows = Material.objects.select_related("session__series", "file", "replaced_by").defer("file__content")
    return rows.filter(public_id=public_id, session__in=held).first()


def may_open(material: Material, person: Person | None) -> bool:
    """Return whether this person may open the material now: everyone, or only people with a place in its session."""
    if material.open_to == Material.OpenTo.PUBLIC:
        return True
    if person is None:
        return False
    return Registration.objects.active().filter(person=person, session=material.session_id).exists()
