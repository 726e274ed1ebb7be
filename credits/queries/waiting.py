"""Queries for credits for which no certificate has been issued."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import JSONArray, JSONObject

from accounts.models import Person
from credits.models import Certificate, CreditEntry
from evaluations.models import Invitation
from sessions.models import Series


class WaitingCredits(NamedTuple):
    """A series with credits that are on no certificate.

    `people` is the number of people who have such credits, and `since` is when the first of these were added to the
    ledger.
    """

    series: Series
    people: int
    since: dt.datetime


def series_waiting(person: Person) -> list[WaitingCredits]:
    """Return the series that the person may edit and in which some credits are on no certificate, the oldest first.

    Sessions whose credits wait for an evaluation are left out. This uses at most two queries.
    """
    series = Series.objects.editable_by(person)
    printed = Certificate.objects.valid().filter(
        Q(session__isnull=True) | Q(session=OuterRef("session")),
        person=OuterRef("person"),
        series=OuterRef("session__series"),
        issued_at__gte=OuterRef("written_at"),
        values__sessions__contains=JSONArray(JSONObject(id=OuterRef("session"))),
    )
    entries = CreditEntry.objects.in_force().filter(credits__gt=0, session__series__in=series).exclude(Exists(printed))
    unanswered = Invitation.objects.filter(
        evaluation__session=OuterRef("session"),
        person=OuterRef("person"),
        evaluation__is_condition=True,
        has_answered=False,
    )
    gating = CreditEntry.objects.in_force().filter(
        person=OuterRef("person"),
        session=OuterRef("session"),
        credits__gt=0,
        accreditation__evaluation_required=True,
    )
    entries = entries.exclude(Q(Exists(unanswered)), Q(Exists(gating)))
    counts = (
        entries.order_by()
        .values("session__series")
        .annotate(people=Count("person", distinct=True), since=Min("written_at"))
    )
    found = {row["session__series"]: row for row in counts}
    rows = Series.objects.filter(pk__in=found).order_by("slug") if found else []
    waiting = [WaitingCredits(row, found[row.pk]["people"], found[row.pk]["since"]) for row in rows]
    return sorted(waiting, key=lambda one: one.since)
