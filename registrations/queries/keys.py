"""Queries about enrollment keys and their use."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef

from accounts.models import Person
from echo_portal.lib.text import fold_key
from registrations.models import Enrollment
from sessions.models import EnrollmentKey, Series, Session


def uses_of(key: EnrollmentKey | None) -> int:
    """Return how often a key was used; counted only if its uses are limited."""
    if key is None or key.max_uses is None:
        return 0
    return Enrollment.objects.filter(enrollment_key=key).count()


def keys_running_out(person: Person, now: dt.datetime) -> list[EnrollmentKey]:
    """Return keys that have expired or are nine tenths used, if no other key opens their ongoing series; by text.

    One query for all keys of these series, with their `uses`; they are compared here. As a subquery per key it took
    minutes on 300 series when the planner's statistics were outdated.
    """
    to_come = Session.objects.filter(series=OuterRef("series")).open_for_registration(now)
    keys = list(
        EnrollmentKey.objects.filter(Exists(to_come), series__in=Series.objects.editable_by(person).published())
        .filter(series__registration_mode=Series.RegistrationMode.KEY)
        .annotate(uses=Count("enrollments"))
        .select_related("series")
        .order_by("text")
    )
    at_end = {key.pk for key in keys if (key.closes_at and key.closes_at <= now) or _nearly_used_up(key)}
    opened = {key.series_id for key in keys if key.pk not in at_end and (key.opens_at is None or key.opens_at <= now)}
    return [key for key in keys if key.pk in at_end and key.series_id not in opened]


def _nearly_used_up(key: EnrollmentKey) -> bool:
    return key.max_uses is not None and 10 * key.uses >= 9 * key.max_uses  # type: ignore[attr-defined]


def find_key(typed: str) -> EnrollmentKey | None:
    """Return the key that matches what was typed; case, spaces, hyphens, O/0 and I/1 are ignored.

    Only keys of published series, so that a key does not reveal what is being prepared.
    """
    folded = fold_key(typed)
    keys = EnrollmentKey.objects.select_related("series", "hub").filter(series__state=Series.State.PUBLISHED)
    return keys.filter(folded=folded).first() if folded else None
