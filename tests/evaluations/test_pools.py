"""Answers of sessions with fewer than five are displayed only in sums, and subtraction does not reveal them."""

import datetime as dt
import itertools
from collections.abc import Iterable
from fractions import Fraction

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from evaluations.models import AnswerSheet, Evaluation, Invitation, Question
from evaluations.presenters import feedback_table
from evaluations.queries.results import question_results, rates_of, sheets_of
from sessions.models import Series, Session
from tests.builders import Programme
from tests.evaluations.asked import write_national_core
from tests.people import People

NOW = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
# The day of each session, by series: two sessions each in the first quarter, one in the second, one before summer ends.
DAYS = (dt.date(2026, 2, 10), dt.date(2026, 3, 10), dt.date(2026, 5, 12), dt.date(2026, 7, 14))
WORTH = "worth-my-time"


class Answered:
    """Two series of the national hub and one of British Columbia, for sessions with closed evaluations."""

    def __init__(self) -> None:
        write_national_core()
        self.programme, self.people = Programme(), People()
        self.series = [
            self.programme.series("heart"),
            self.programme.series("lung"),
            self.programme.series("bc", hub=self.programme.bc),
        ]
        self.question = Question.objects.get(code=WORTH)

    def session(self, series: Series, day: dt.date, answers: int, *, value: int = 5) -> Session:
        """Return a session with this number of answers, all of them `value`."""
        session = self.programme.session(series, series.sessions.count() + 1, on_date=day)
        assert session.ends_at is not None
        evaluation = Evaluation.objects.create(
            session=session, opened_at=session.ends_at, closes_at=session.ends_at + dt.timedelta(days=14)
        )
        for number in range(answers):
            person = self.people.make(f"{session.pk}-{number}@example.org", "Somebody")
            Invitation.objects.create(evaluation=evaluation, person=person, has_answered=True)
            AnswerSheet.objects.create(evaluation=evaluation, language="en", answers={str(self.question.pk): value})
        return session


@pytest.mark.django_db
def test_rows_leave_out_answers_that_are_part_of_a_pool() -> None:
    """Otherwise, the pool without these four answers would reveal the single answer of another session."""
    world = Answered()
    session = world.session(world.series[0], DAYS[0], 6)
    evaluation = Evaluation.objects.get(session=session)
    world.session(world.series[0], DAYS[1], 1)
    for sheet in AnswerSheet.objects.filter(evaluation=evaluation).order_by("pk")[:2]:
        other = {str(Question.objects.get(code="relevant").pk): 5}
        AnswerSheet.objects.filter(pk=sheet.pk).update(answers=other)
    rows = sheets_of(rates_of([session.pk]), NOW)
    assert [answers for _evaluation, _language, answers in rows] == [{}] * 6


def answered(sessions: Iterable[Session], now: dt.datetime = NOW) -> int:
    """Return how many answers are displayed for these sessions."""
    results = question_results(rates_of([session.pk for session in sessions]), now)
    return sum(result.answered for result in results)


@pytest.fixture
def heart(db: None) -> Answered:
    return Answered()


def test_small_sessions_count_in_the_total_of_their_series(heart: Answered) -> None:
    series = heart.series[0]
    first, second = (heart.session(series, day, 3) for day in DAYS[:2])
    large, spring = heart.session(series, DAYS[1], 6), heart.session(series, DAYS[2], 4)
    assert answered([first, second, large, spring]) == 12, "spring has no other session"
    assert [answered([one]) for one in (first, second, large, spring)] == [0, 0, 6, 0]
    assert answered([first, large]) == 6, "only a part of the pool"


def test_small_series_count_in_the_total_of_their_hub(heart: Answered) -> None:
    rows = [heart.session(series, DAYS[0], 3) for series in heart.series]
    assert answered(rows) == 6, "two series of the national hub; the other hub has only three answers"
    assert [answered(rows[:1]), answered(rows[:2])] == [0, 6]


def test_pool_is_displayed_when_its_answers_cannot_change_any_more(heart: Answered) -> None:
    rows = [heart.session(heart.series[0], day, 3) for day in DAYS[:2]]
    for day, count in ((dt.date(2026, 4, 16), 0), (dt.date(2026, 4, 17), 6)):
        assert answered(rows, dt.datetime.combine(day, dt.time(12), dt.UTC)) == count
    Evaluation.objects.filter(session=rows[1]).update(closes_at=NOW + dt.timedelta(days=1))
    assert answered(rows) == 0


def test_file_has_the_pool_in_its_last_lines(heart: Answered) -> None:
    rows = [heart.session(heart.series[0], day, 3, value=4) for day in DAYS[:2]]
    with time_machine.travel(NOW, tick=False):
        table = list(feedback_table(rates_of([row.pk for row in rows]), timezone.now()))
    assert [line[7] for line in table[1:3]] == ["Fewer than five answers"] * 2
    words = "Sessions with fewer than five answers, added"
    text = "This session was worth my time."
    assert table[3:] == [["", "", words, "", "", "", WORTH, text, 6, 0, 0, 0, 6, 0, 4.0]]


class Subtraction(TestCase):
    """An attack that solves displayed results as linear equations, and looks for a group of one to four answers."""

    @settings(max_examples=6)
    @given(st.lists(st.integers(0, 6), min_size=12, max_size=12))
    def test_no_group_under_five_is_a_combination_of_results(self, sizes: list[int]) -> None:
        programme = Answered()
        places = list(itertools.product(programme.series, DAYS))
        sessions = [
            programme.session(series, day, size, value=number)
            for number, ((series, day), size) in enumerate(zip(places, sizes, strict=True))
        ]
        equations = {tuple(_included(chosen, len(sessions))) for chosen in _selections(sessions)}
        assert _computable(equations, sizes) == []

    def test_attack_finds_results_that_are_hidden_without_pools(self) -> None:
        """Control: the equations are sums over all sessions with answers, and over all but one."""
        assert _computable({(1, 1, 1), (1, 1, 0)}, [6, 7, 3]) == [(2,)]


def _selections(sessions: list[Session]) -> list[list[Session]]:
    """Return all possible selections: single sessions, and those of a series, a hub or all hubs in a range of days."""
    groups = [
        [row for row in sessions if one in (None, row.series, row.series.hub)]
        for one in {None, *(row.series for row in sessions), *(row.series.hub for row in sessions)}
    ]
    return [[session] for session in sessions] + [
        [row for row in group if row.on_date and first <= row.on_date <= last]
        for group in groups
        for first, last in itertools.combinations_with_replacement(DAYS, 2)
    ]


def _included(chosen: list[Session], size: int) -> list[int]:
    """Return 1 for each session whose answers are in the displayed result, else 0. Each session has its own answer."""
    results = question_results(rates_of([session.pk for session in chosen]), NOW)
    counts = {int(value): count for result in results for value, count in result.counts.items()}
    return [int(number in counts) for number in range(size)]


def _computable(equations: set[tuple[int, ...]], sizes: list[int]) -> list[tuple[int, ...]]:
    """Return the groups of sessions with one to four answers that are a linear combination of the equations."""
    basis = _reduced(equations)
    return [
        group
        for many in range(1, 5)
        for group in itertools.combinations([number for number, size in enumerate(sizes) if size], many)
        if sum(sizes[one] for one in group) < 5
        and _is_spanned(basis, [Fraction(int(number in group)) for number in range(len(sizes))])
    ]


def _reduced(equations: set[tuple[int, ...]]) -> dict[int, list[Fraction]]:
    """Return a basis of the equations, each by position of its first non-zero number."""
    basis: dict[int, list[Fraction]] = {}
    for equation in sorted(equations):
        rest = _rest(basis, [Fraction(one) for one in equation])
        if any(rest):
            lead = next(position for position, one in enumerate(rest) if one)
            basis[lead] = [one / rest[lead] for one in rest]
    return basis


def _rest(basis: dict[int, list[Fraction]], row: list[Fraction]) -> list[Fraction]:
    for position in range(len(row)):
        if row[position] and position in basis:
            factor = row[position]
            row = [one - factor * other for one, other in zip(row, basis[position], strict=True)]
    return row


def _is_spanned(basis: dict[int, list[Fraction]], row: list[Fraction]) -> bool:
    return not any(_rest(basis, row))
