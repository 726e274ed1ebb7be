"""Queries for the results of evaluations. They return only what may be displayed (`evaluations.rules`, ADR 24)."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q, QuerySet

from evaluations.models import AnswerSheet, Evaluation, EvaluationQuestion, Question
from evaluations.queries.pools import places, pools
from evaluations.rules import FEWEST, may_show
from sessions.models import Session

# For each evaluation and question, how often each number was answered.
NUMBERS = f"""
SELECT sheet.evaluation_id, answered.key::bigint, answered.value::text::numeric, count(*)
FROM {AnswerSheet._meta.db_table} AS sheet CROSS JOIN LATERAL jsonb_each(sheet.answers) AS answered
WHERE sheet.evaluation_id = ANY(%s) AND jsonb_typeof(answered.value) = 'number'
GROUP BY 1, 2, 3
"""  # noqa: S608 (the name of a table)
# The ids of sheets are random, and so is this order.
TEXTS = f"""
SELECT answered.key::bigint, answered.value #>> '{{}}'
FROM {AnswerSheet._meta.db_table} AS sheet CROSS JOIN LATERAL jsonb_each(sheet.answers) AS answered
WHERE sheet.evaluation_id = ANY(%s) AND jsonb_typeof(answered.value) = 'string'
ORDER BY sheet.id
"""  # noqa: S608 (the name of a table)


@dataclasses.dataclass(frozen=True)
class Rate:
    """How many people were invited to evaluate a session, and how many answered."""

    evaluation: Evaluation
    invited: int
    answered: int

    def is_shown(self, now: dt.datetime) -> bool:
        return may_show(self.answered, self.evaluation.closes_at, now)


@dataclasses.dataclass(frozen=True)
class QuestionResult:
    """How often each number was given as the answer to a question.

    This is a sum over sessions and pools that each have at least five answers to the question.
    """

    question: Question
    counts: dict[Decimal, int]

    @property
    def answered(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> Decimal:
        return sum((value * count for value, count in self.counts.items()), Decimal(0)) / self.answered

    def share(self, *values: int) -> float:
        """Return the share of answers that are one of these values, from 0 to 1."""
        return sum(self.counts.get(Decimal(value), 0) for value in values) / self.answered


def rates_of(sessions: Iterable[int] | QuerySet[Session], *, named: bool = True) -> list[Rate]:
    """Return a `Rate` for each evaluation of these sessions (primary keys or a query), sorted by time; one query.

    If `named` is false, the rates are not sorted and their sessions are not loaded.
    """
    rows = Evaluation.objects.filter(session__in=sessions).annotate(
        invited=Count("invitations"), answered=Count("invitations", filter=Q(invitations__has_answered=True))
    )
    if named:
        rows = rows.select_related("session__series").order_by("session__starts_at", "pk")
    else:
        rows = rows.only("session", "closes_at")
    return [Rate(row, row.invited, row.answered) for row in rows]  # type: ignore[attr-defined]


def question_results(rates: Iterable[Rate], now: dt.datetime) -> list[QuestionResult]:
    """Return the results of all questions that are answered with numbers, in their order, using five queries.

    If fewer than five people of a session answered a question, their answers are included only as part of a pool
    (`evaluations.queries.pools`).
    """
    of_sessions, of_pools = _counts(rates, now)
    totals: dict[int, dict[Decimal, int]] = {}
    for question, counts in [*((question, row) for (_pk, question), row in of_sessions.items()), *of_pools.items()]:
        total = totals.setdefault(question, {})
        for value, count in counts.items():
            total[value] = total.get(value, 0) + count
    return [QuestionResult(question, totals[question.pk]) for question in _in_order(totals)]


def results_by_session(
    rates: Iterable[Rate], now: dt.datetime
) -> tuple[dict[int, list[QuestionResult]], list[QuestionResult]]:
    """Return the results by evaluation ID, and the sums of all pools, using five queries."""
    of_sessions, of_pools = _counts(rates, now)
    questions = _in_order({question for _evaluation, question in of_sessions} | set(of_pools))
    found: dict[int, list[QuestionResult]] = {}
    for evaluation in {evaluation for evaluation, _question in of_sessions}:
        asked = [question for question in questions if (evaluation, question.pk) in of_sessions]
        found[evaluation] = [QuestionResult(question, of_sessions[evaluation, question.pk]) for question in asked]
    return found, [QuestionResult(question, of_pools[question.pk]) for question in questions if question.pk in of_pools]


def _counts(
    rates: Iterable[Rate], now: dt.datetime
) -> tuple[dict[tuple[int, int], dict[Decimal, int]], dict[int, dict[Decimal, int]]]:
    """Return two dicts that contain how often each number was answered, using four queries.

    The first dict has the key (evaluation, question), for questions with at least five answers. The second one has the
    key question, and sums of the pools whose sessions are all among the rates.
    """
    chosen = {rate.evaluation.pk: rate for rate in rates}
    of_evaluations = places(chosen, now)
    closed = {pk for pk, rate in chosen.items() if rate.evaluation.closes_at <= now}
    found: dict[tuple[int, int], dict[Decimal, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [list(closed | of_evaluations.keys())])
        for evaluation, question, value, count in cursor.fetchall():
            found.setdefault((evaluation, question), {})[value] = count
    pooled: dict[int, dict[Decimal, int]] = {}
    for pool in pools(found, of_evaluations):
        if pool.evaluations <= closed:
            total = pooled.setdefault(pool.question, {})
            for value, count in pool.counts.items():
                total[value] = total.get(value, 0) + count
    enough = {
        key: counts
        for key, counts in found.items()
        if key[0] in chosen and chosen[key[0]].is_shown(now) and sum(counts.values()) >= FEWEST
    }
    return enough, pooled


def few_answered(rates: Iterable[Rate], results: Iterable[QuestionResult], now: dt.datetime) -> list[Question]:
    """Return the questions that displayed sessions asked but that are not in the results; two queries.

    Fewer than five people answered them.
    """
    shown = [rate.evaluation.pk for rate in rates if rate.is_shown(now)]
    found = EvaluationQuestion.objects.filter(evaluation__in=shown).exclude(question__kind=Question.Kind.TEXT)
    found = found.exclude(question__in=[result.question.pk for result in results])
    return _in_order(found.values_list("question", flat=True).distinct())


def few_by_session(
    rates: Iterable[Rate], results: dict[int, list[QuestionResult]], now: dt.datetime
) -> dict[int, list[Question]]:
    """Return, by evaluation ID, the questions of displayed sessions that are not in `results`; two queries.

    Fewer than five people of the session answered them. `results` is what `results_by_session` returns.
    """
    shown = [rate.evaluation.pk for rate in rates if rate.is_shown(now)]
    asked = EvaluationQuestion.objects.filter(evaluation__in=shown).exclude(question__kind=Question.Kind.TEXT)
    pairs = set(asked.values_list("evaluation", "question"))
    pairs -= {(evaluation, result.question.pk) for evaluation, rows in results.items() for result in rows}
    questions = _in_order({question for _evaluation, question in pairs})
    return {pk: [one for one in questions if (pk, one.pk) in pairs] for pk in shown}


def comments(rates: Iterable[Rate], now: dt.datetime) -> list[tuple[Question, list[str]]]:
    """Return the texts by question, in random order, from sessions with at least five sheets; two queries."""
    texts: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [[rate.evaluation.pk for rate in rates if rate.is_shown(now)]])
        for question, text in cursor.fetchall():
            texts.setdefault(question, []).append(text)
    return [(question, texts[question.pk]) for question in _in_order(texts)]


def _in_order(questions: Iterable[int]) -> list[Question]:
    """Return the questions with these IDs, in the order in which evaluations ask them."""
    rows = Question.objects.filter(pk__in=list(questions)).select_related("hub")
    return sorted(rows, key=lambda row: (row.kind == "text", row.hub_id or 0, row.position, row.version))


def sheets_of(rates: Iterable[Rate], now: dt.datetime) -> list[tuple[Evaluation, str, dict[str, int | str]]]:
    """Return the sheets that may be exported as rows of evaluation, language and answers by code, using two queries.

    Numbers are left out if fewer than five people of the session answered the question, because they may be in a pool
    (ADR 35). The language of all sheets of a session is empty if fewer than five of them are in one of the languages.
    """
    shown = {rate.evaluation.pk: rate.evaluation for rate in rates if rate.is_shown(now)}
    rows = list(AnswerSheet.objects.filter(evaluation__in=shown).order_by("pk"))
    asked = EvaluationQuestion.objects.filter(evaluation__in=shown).select_related("question__hub")
    codes = {str(row.question_id): code_of(row.question) for row in asked}
    by_language: dict[int, dict[str, int]] = {}
    for row in rows:
        counts = by_language.setdefault(row.evaluation_id, {})
        counts[row.language] = counts.get(row.language, 0) + 1
    answered = Counter(
        (row.evaluation_id, key) for row in rows for key, value in row.answers.items() if not isinstance(value, str)
    )
    mixed = {evaluation for evaluation, counts in by_language.items() if min(counts.values()) < FEWEST}
    found = [
        (
            shown[row.evaluation_id],
            "" if row.evaluation_id in mixed else row.language,
            {
                codes[key]: value
                for key, value in row.answers.items()
                if isinstance(value, str) or answered[row.evaluation_id, key] >= FEWEST
            },
        )
        for row in rows
    ]
    return sorted(found, key=lambda sheet: (sheet[0].session.starts_at, sheet[0].pk))


def code_of(question: Question) -> str:
    """Return the name of the question's column in files, which no other version and no question of another hub has.

    It is the code, after the hub's address for a question of a hub, and before the version unless that is 1, such as
    "bc.case-was-useful.v2". Codes contain no points.
    """
    parts = [question.hub.slug] if question.hub else []
    parts += [question.code] if question.version == 1 else [question.code, f"v{question.version}"]
    return ".".join(parts)
