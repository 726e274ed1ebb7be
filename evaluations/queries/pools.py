"""Group answers of several sessions in each of which fewer than five people answered a question (ADR 35).

Such answers may be displayed only as part of a pool: the answers to one question from several sessions of a quarter. A
pool never changes. Its sessions, and when it is displayed, do not depend on what a reader selects. A figure includes a
pool only if it includes all sessions of the pool.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal

from django.utils import timezone

from evaluations.models import Evaluation
from evaluations.rules import FEWEST
from evaluations.schedule import OPEN_FOR

Counts = dict[Decimal, int]
# Evaluations are created soon after a session ends, and close two weeks later.
FINAL_AFTER = OPEN_FOR + dt.timedelta(days=2)


@dataclasses.dataclass(frozen=True)
class Pool:
    """At least five answers to one question, from several sessions of one series, or of several series of a hub."""

    question: int
    evaluations: frozenset[int]
    counts: Counts


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the answers of a session are added up: in its series or, if there are too few, its hub, for a quarter."""

    series: int
    hub: int
    quarter: dt.date


def quarter_of(day: dt.date) -> dt.date:
    """Return the first day of the quarter in which this day is."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def after_quarter(first: dt.date) -> dt.date:
    """Return the first day of the quarter after the one that begins on `first`."""
    return quarter_of(first + dt.timedelta(days=95))


def places(evaluations: Collection[int], now: dt.datetime) -> dict[int, Place]:
    """Return a `Place` by evaluation ID, for these evaluations and the others of the same hubs and quarters.

    Evaluations are included only if their quarter is over and all evaluations of their hub in it are closed, so that
    pools cannot change. This uses two queries.
    """
    asked = Evaluation.objects.filter(pk__in=evaluations)
    days = asked.values_list("session__series__hub", "session__on_date").distinct()
    today = timezone.localdate(now)
    chosen = {(hub, quarter_of(day)) for hub, day in days if day}
    wanted = {(hub, quarter) for hub, quarter in chosen if after_quarter(quarter) + FINAL_AFTER <= today}
    if not wanted:
        return {}
    hubs, quarters = {hub for hub, _quarter in wanted}, {quarter for _hub, quarter in wanted}
    rows = Evaluation.objects.filter(
        session__on_date__gte=min(quarters),
        session__on_date__lt=after_quarter(max(quarters)),
        session__series__hub__in=hubs,
    ).values_list("pk", "session__series", "session__series__hub", "session__on_date", "closes_at")
    found = {pk: (Place(series, hub, quarter_of(day)), closes_at) for pk, series, hub, day, closes_at in rows if day}
    open_ones = {(place.hub, place.quarter) for place, closes_at in found.values() if closes_at > now}
    return {pk: place for pk, (place, _closes_at) in found.items() if (place.hub, place.quarter) in wanted - open_ones}


def pools(counts: dict[tuple[int, int], Counts], of_evaluations: dict[int, Place]) -> Iterator[Pool]:
    """Yield the pools of all questions. `counts` contains the answers by IDs of the evaluation and the question."""
    small: dict[tuple[int, Place], list[int]] = {}
    for (evaluation, question), answers in counts.items():
        if evaluation in of_evaluations and sum(answers.values()) < FEWEST:
            small.setdefault((question, of_evaluations[evaluation]), []).append(evaluation)
    rest: dict[tuple[int, int, dt.date], list[int]] = {}
    for (question, place), evaluations in small.items():
        pool = _pool(question, evaluations, counts)
        if sum(pool.counts.values()) >= FEWEST:
            yield pool
        else:
            rest.setdefault((question, place.hub, place.quarter), []).extend(evaluations)
    for (question, _hub, _quarter), evaluations in rest.items():
        pool = _pool(question, evaluations, counts)
        if sum(pool.counts.values()) >= FEWEST:
            yield pool


def _pool(question: int, evaluations: list[int], counts: dict[tuple[int, int], Counts]) -> Pool:
    total: Counts = {}
    for evaluation in evaluations:
        for value, count in counts[evaluation, question].items():
            total[value] = total.get(value, 0) + count
    return Pool(question, frozenset(evaluations), total)
