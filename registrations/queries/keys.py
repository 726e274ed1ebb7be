"""Queries for enrollment keys and their uses."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Person
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.lib.text import fold_key, without_label
from registrations.models import Enrollment
from sessions.models import EnrollmentKey, Series, Session


def uses_of(key: EnrollmentKey | None) -> int:
    """Return how many people are enrolled with a key, or 0, without a query, if its uses are not limited.

    People who have left the series are not counted.
    """
    if key is None or key.max_uses is None:
        return 0
    return Enrollment.objects.active().filter(enrollment_key=key).count()


@compiled_query
def printed_keys(now: dt.datetime, series_ids: list[int]) -> QuerySet[EnrollmentKey]:
    """Return the valid keys of these series that public pages may display and fill in, oldest first.

    Keys of campaigns are left out: they are given to the people of one campaign only (PRODUCT.md 2).
    """
    return usable_keys(now, series_ids).filter(campaign="")


def usable_keys(now: dt.datetime, series_ids: list[int]) -> QuerySet[EnrollmentKey]:
    """Return the keys of these series that are valid now and have a use left, the oldest first."""
    return keys_with_a_use(now, series_ids).filter(Q(opens_at=None) | Q(opens_at__lte=now))


def keys_with_a_use(now: dt.datetime, series_ids: list[int]) -> QuerySet[EnrollmentKey]:
    """Return the keys of these series that are valid now or later and have a use left, the oldest first."""
    used = Enrollment.objects.active().filter(enrollment_key=OuterRef("pk")).order_by().values("enrollment_key")
    uses = Coalesce(Subquery(used.annotate(count=Count("pk")).values("count")), 0)
    return (
        EnrollmentKey.objects.filter(series__in=series_ids)
        .filter(Q(closes_at=None) | Q(closes_at__gt=now))
        .annotate(uses=uses)
        .filter(Q(max_uses=None) | Q(uses__lt=F("max_uses")))
        .order_by("pk")
    )


def key_to_fill_in(series: Iterable[Series], now: dt.datetime) -> dict[int, str]:
    """Return a printed key by series ID, for each series that needs a key and has one.

    No query is made if none of the series needs a key.
    """
    needed = sorted({row.pk for row in series if row.needs_key})
    return {key.series_id: key.text for key in reversed(printed_keys(now, needed))} if needed else {}


def keys_running_out(person: Person, now: dt.datetime) -> list[EnrollmentKey]:
    """Return keys that have expired or are 90 % used, of series without another usable key, sorted by text.

    Only series with open sessions that the person may edit are included. One query returns all their keys with `uses`,
    and Python compares them. With a subquery for each key, this took minutes on 300 series when the planner's
    statistics were outdated.
    """
    to_come = Session.objects.filter(series=OuterRef("series")).open_for_registration(now)
    keys = list(
        EnrollmentKey.objects.filter(Exists(to_come), series__in=Series.objects.editable_by(person).published())
        .filter(series__registration_mode=Series.RegistrationMode.KEY)
        .annotate(uses=Count("enrollments", filter=Q(enrollments__left_at=None)))
        .select_related("series")
        .order_by("text")
    )
    at_end = {key.pk for key in keys if (key.closes_at and key.closes_at <= now) or _nearly_used_up(key)}
    opened = {key.series_id for key in keys if key.pk not in at_end and (key.opens_at is None or key.opens_at <= now)}
    return [key for key in keys if key.pk in at_end and key.series_id not in opened]


def _nearly_used_up(key: EnrollmentKey) -> bool:
    return key.max_uses is not None and 10 * key.uses >= 9 * key.max_uses  # type: ignore[attr-defined]


def find_key(typed: str) -> EnrollmentKey | None:
    """Return the key that matches the typed text, ignoring case, spaces and hyphens; O equals 0, and I equals 1.

    Only keys of published series are found, so that a key does not reveal a series that is not published yet.
    """
    folded = fold_key(without_label(typed))
    keys = EnrollmentKey.objects.select_related("series__hub", "hub").filter(series__state=Series.State.PUBLISHED)
    return keys.filter(folded=folded).first() if folded else None
