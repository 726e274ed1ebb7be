"""Compute the figures of a selection. Each function names the definition that it implements (`definitions.py`)."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Profession, Province, ServesRural
from attendance.models import Attendance, AttendanceQuerySet
from credits.models import Certificate, CreditEntry
from echo_portal.reports.counts import Counts
from echo_portal.reports.groups import AREA, COMMUNITY, PROFESSION, PROVINCE, RURAL, Groups
from echo_portal.reports.rounding import STEP
from echo_portal.reports.selection import Selection
from evaluations.models import Evaluation, Invitation
from evaluations.presenters import percent_of
from evaluations.queries.results import QuestionResult, question_results
from evaluations.rules import FEWEST
from hubs.models import Hub
from registrations.models import Registration
from sessions.models import Series, Session, SessionQuerySet
from sessions.vocabularies import SeriesKind

STANDALONE = (SeriesKind.WEBINAR, SeriesKind.WORKSHOP, SeriesKind.INFORMATION, SeriesKind.LECTURE)
LANGUAGES_OF_SESSIONS = {"en": _("English"), "fr": _("French")}


@dataclasses.dataclass(frozen=True)
class Totals:
    """The counts of a selection. Percentages are computed from these counts, and are never averaged."""

    registrations: int
    attendances: int
    registered_where_known: int
    no_shows: int
    asked: int
    answered: int
    certificates: int

    @property
    def came(self) -> int | None:
        return percent_of(self.attendances, self.registered_where_known)

    @property
    def missed(self) -> int | None:
        return percent_of(self.no_shows, self.registered_where_known)

    @property
    def responses(self) -> int | None:
        return None if shown(self.answered) is None else percent_of(self.answered, self.asked)


@dataclasses.dataclass(frozen=True)
class SeriesLine:
    series: Series
    registrations: int
    attendances: int

    @property
    def title(self) -> str:
        return self.series.title


@dataclasses.dataclass(frozen=True)
class Rural:
    """Attendances with a rural postal code, and attendances with a known postal code, both rounded to five.

    Neither exceeds the number of attendances.
    """

    count: int
    known: int

    @property
    def percent(self) -> int | None:
        return percent_of(self.count, self.known)


@dataclasses.dataclass(frozen=True)
class Funnel:
    """How many people registered, attended, gave feedback and got a certificate. Each person is counted once.

    `registered` includes people who attended without a place, and `answered` and `certified` contain people who
    attended only, so that no count exceeds the one of which it is a part. `new` is how many people attended in the
    period, but no session of the programme before it.
    """

    registered: int
    attended: int
    new: int
    answered: int
    certified: int

    @property
    def new_shown(self) -> int | None:
        """Return `new`, or None if it, or the number of the other people who attended, is one to four."""
        others = shown(self.attended - self.new)
        return None if others is None or shown(self.attended) is None else shown(self.new)


@dataclasses.dataclass(frozen=True)
class Share:
    """A group of people: its count, rounded to five, and its percentage of the people whose group is known.

    The count does not exceed the number of attendances, which is displayed exactly.
    """

    code: str
    label: str
    count: int
    percent: int


def shown(people: int) -> int | None:
    """Return a count of people, or None if it is one to four and must not be displayed (ADR 43)."""
    return None if 0 < people < FEWEST else people


@dataclasses.dataclass(frozen=True)
class Average:
    """Two percentages of the whole programme. One that would rest on few people is None."""

    came: int | None
    responses: int | None


@dataclasses.dataclass(frozen=True)
class Sessions:
    """Numbers of held sessions: of the national hub, of other hubs, and joint ones, which are not in the other two."""

    national: int
    hub: int
    joint: int
    standalone: int

    @property
    def total(self) -> int:
        return self.national + self.hub + self.joint

    @property
    def in_series(self) -> int:
        return self.total - self.standalone


def totals(selection: Selection, counts: Counts) -> Totals:
    known = sum(counts.registrations.get(session, 0) for session in counts.known)
    return Totals(
        registrations=sum(counts.registrations.values()),
        attendances=sum(counts.attendances.values()),
        registered_where_known=known,
        no_shows=known - sum(counts.came.values()),
        asked=sum(rate.invited for rate in counts.rates),
        answered=sum(rate.answered for rate in counts.rates),
        certificates=certificates(selection).count(),
    )


def attendances(sessions: SessionQuerySet) -> AttendanceQuerySet:
    return Attendance.objects.confirmed().learners().filter(session__in=sessions)


def certificates(selection: Selection) -> QuerySet[Certificate]:
    rows = Certificate.objects.valid().filter(
        issued_at__date__range=(selection.period.first, selection.period.last),
    )
    if selection.hubs is not None:
        rows = rows.filter(Q(series__hub__in=selection.hubs) | Q(series__partner_hubs__in=selection.hubs)).distinct()
    return rows if selection.series is None else rows.filter(series=selection.series)


# One list of the people who attended, instead of a subquery for each count, halves the time on ten years of rows.
FUNNEL = f"""
WITH came AS MATERIALIZED (
    SELECT DISTINCT person_id FROM {Attendance._meta.db_table}
    WHERE seconds > 0 AND role = '{Attendance.Role.ATTENDEE}' AND session_id = ANY(%(sessions)s)
)
SELECT
    (SELECT count(*) FROM (
        SELECT person_id FROM {Registration._meta.db_table}
        WHERE state = '{Registration.State.REGISTERED}' AND session_id = ANY(%(sessions)s)
        UNION SELECT person_id FROM came
    ) AS registered),
    (SELECT count(*) FROM came),
    (SELECT count(*) FROM came WHERE NOT EXISTS (
        SELECT 1 FROM {Attendance._meta.db_table} AS earlier
        JOIN {Session._meta.db_table} AS session ON session.id = earlier.session_id
        WHERE earlier.person_id = came.person_id AND earlier.seconds > 0 AND session.on_date < %(first)s
    )),
    (SELECT count(*) FROM came WHERE person_id IN (
        SELECT asked.person_id FROM {Invitation._meta.db_table} AS asked
        JOIN {Evaluation._meta.db_table} AS evaluation ON evaluation.id = asked.evaluation_id
        WHERE asked.has_answered AND evaluation.session_id = ANY(%(sessions)s)
    )),
    (SELECT count(*) FROM came WHERE person_id = ANY(%(certified)s))
"""  # noqa: S608 (names of tables and columns)


def funnel(selection: Selection) -> Funnel:
    """Return the counts of people, using two queries."""
    certified = certificates(selection).order_by().values_list("person", flat=True)
    facts: dict[str, Any] = {
        "sessions": list(selection.session_ids),
        "first": selection.period.first,
        "certified": list(certified.distinct()),
    }
    with connection.cursor() as cursor:
        cursor.execute(FUNNEL, facts)
        return Funnel(*cursor.fetchone())


def average(selection: Selection, counts: Counts) -> Average:
    """Return the percentages that a hub compares its own with.

    A percentage is displayed only if at least five people came to, or evaluated, one of the sessions.
    """
    found = totals(selection, counts)
    has_attended = max(counts.attendances.values(), default=0) >= FEWEST
    has_answered = max((rate.answered for rate in counts.rates), default=0) >= FEWEST
    return Average(found.came if has_attended else None, found.responses if has_answered else None)


def sessions_held(selection: Selection) -> Sessions:
    joint = Q(series__partner_hubs__isnull=False)
    rows = selection.sessions().aggregate(
        national=Count("pk", distinct=True, filter=Q(series__hub__scope=Hub.Scope.NATIONAL) & ~joint),
        hub=Count("pk", distinct=True, filter=~Q(series__hub__scope=Hub.Scope.NATIONAL) & ~joint),
        joint=Count("pk", distinct=True, filter=joint),
        standalone=Count("pk", distinct=True, filter=Q(series__kind__in=STANDALONE)),
    )
    return Sessions(**rows)


def by_series(counts: Counts) -> list[SeriesLine]:
    """Return registrations and attendances by series, those with the most registrations first, using one query."""
    places = _by_series(counts, counts.registrations)
    present = _by_series(counts, counts.attendances)
    found = Series.objects.only("slug", "language", "title_en", "title_fr").in_bulk(set(counts.series_of.values()))
    lines = [SeriesLine(series, places[pk], present[pk]) for pk, series in found.items()]
    return sorted(lines, key=lambda line: (-line.registrations, -line.attendances, line.series.slug))


def _by_series(counts: Counts, of_sessions: dict[int, int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for session, count in of_sessions.items():
        found[counts.series_of[session]] += count
    return found


def by_profession(selection: Selection, groups: Groups) -> list[Share]:
    """Return the attendances by the profession in people's profiles."""
    counts = groups.counts(PROFESSION, selection.session_ids)
    return _shares(counts, dict(Profession.choices), groups.total(selection.session_ids))


def by_province(selection: Selection, groups: Groups) -> list[Share]:
    """Return the attendances by the province or territory in people's profiles."""
    counts = groups.counts(PROVINCE, selection.session_ids)
    return _shares(counts, dict(Province.choices), groups.total(selection.session_ids))


def by_language(lines: Iterable[SeriesLine]) -> list[Share]:
    """Return the attendances by the language in which the series is held, rounded to the nearest multiple of five.

    Other rounding is not needed, because the language is no attribute of a person, and the attendances of each series
    are displayed anyway.
    """
    found: Counter[str] = Counter()
    for line in lines:
        found[line.series.language] += line.attendances
    counts = {code: (count + STEP // 2) // STEP * STEP for code, count in found.items()}
    return _shares(counts, LANGUAGES_OF_SESSIONS, sum(found.values()))


def _shares(counts: dict[str, int], labels: dict[Any, Any], total: int) -> list[Share]:
    """Return the groups, the largest first.

    No count is above the total, rounded down to a multiple of five. Capping a count after it was rounded reveals
    nothing (ADR 35).
    """
    most = total // STEP * STEP
    known = sum(count for code, count in counts.items() if code in labels)
    found = [
        Share(code, str(labels[code]), min(count, most), percent_of(count, known) or 0)
        for code, count in counts.items()
        if code in labels and min(count, most)
    ]
    return sorted(found, key=lambda share: (-share.count, share.label))


def rural(selection: Selection, groups: Groups) -> Rural:
    return _part(groups, AREA, RURAL, selection)


def serves_rural(selection: Selection, groups: Groups) -> Rural:
    return _part(groups, COMMUNITY, ServesRural.YES, selection)


def _part(groups: Groups, attribute: str, code: str, selection: Selection) -> Rural:
    counts, total = groups.counts(attribute, selection.session_ids), groups.total(selection.session_ids)
    return Rural(min(counts.get(code, 0), total), min(sum(counts.values()), total))


def credits_earned(selection: Selection) -> Decimal:
    entries = CreditEntry.objects.filter(session__in=selection.sessions())
    return entries.aggregate(total=Sum(F("credits")))["total"] or Decimal(0)


def feedback(counts: Counts, now: dt.datetime) -> list[QuestionResult]:
    """Return the results of the questions about agreement, over the sessions whose answers may be displayed."""
    return [result for result in question_results(counts.rates, now) if result.question.kind == "agree"]
