"""People with credits for which no certificate is issued yet."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q

from accounts.models import Person
from credits.models import Certificate, CreditEntry
from sessions.models import Series


class WaitingCredits(NamedTuple):
    """A series with credits on no certificate: how many people have some, and when the first were written."""

    series: Series
    people: int
    since: dt.datetime


def series_waiting(person: Person) -> list[WaitingCredits]:
    """Return the series that the person may edit and that have credits on no certificate, in at most two queries."""
    series = Series.objects.editable_by(person)
    printed = Certificate.objects.valid().filter(
        Q(session__isnull=True) | Q(session=OuterRef("session")),
        person=OuterRef("person"),
        series=OuterRef("session__series"),
        issued_at__gte=OuterRef("written_at"),
    )
    entries = CreditEntry.objects.in_force().filter(credits__gt=0, session__series__in=series).exclude(Exists(printed))
    counts = (
        entries.order_by()
        .values("session__series")
        .annotate(people=Count("person", distinct=True), since=Min("written_at"))
    )
    found = {row["session__series"]: row for row in counts}
    rows = Series.objects.filter(pk__in=found).order_by("slug") if found else []
    return [WaitingCredits(row, found[row.pk]["people"], found[row.pk]["since"]) for row in rows]
