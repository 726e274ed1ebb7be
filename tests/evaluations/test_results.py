"""Results are displayed after closing, from five answers on, to the series' hub. Rows are for Pallium staff only."""

import csv
import datetime as dt
import itertools
from collections.abc import Iterator
from io import BytesIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from accounts.models import AuditEvent
from evaluations.models import AnswerSheet, Evaluation, Invitation, Question
from evaluations.queries.results import Rate, code_of, comments, question_results, rates_of
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.evaluations.asked import Asked, answers, write_national_core
from tests.people import People


@pytest.fixture
def later(asked: Asked) -> Iterator[Asked]:
    """Yield a closed evaluation to which seven people were invited, and which six answered, one of them in French."""
    people = [*asked.many(5), asked.luc]
    asked.ask()
    for number, person in enumerate(people):
        language = "fr" if person == asked.luc else "en"
        given_answers = {"worth_my_time": [5, 5, 4, 4, 3, 1][number], "comment": f"comment {number}"}
        if number < 4:
            given_answers["relevant"] = 5
        assert answers(person, asked.session, language, **given_answers) == 302
    assert asked.session.ends_at is not None
    with time_machine.travel(asked.session.ends_at + dt.timedelta(days=15), tick=False):
        yield asked


def url(asked: Asked, name: str = "feedback") -> str:
    return reverse(f"admin:echo_sessions_series_{name}", args=(asked.series.pk,))


def table(response: object) -> list[list[str]]:
    text = response.content.decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    return list(csv.reader(text.splitlines()))


@pytest.mark.django_db
def test_answers_are_shown_to_the_hub_after_closing(later: Asked) -> None:
    page = signed_in_client(later.people.coordinator(later.programme.national)).get(url(later)).content.decode()
    assert "6 of 7 people answered: 86%." in page
    assert "<strong>67%</strong> agree, 33% strongly" in page
    assert 'It was relevant to my practice. <span class="quiet">fewer than five answers</span>' in " ".join(
        page.split()
    )
    assert "Comments are shown when five people answered, however many of them wrote one." in " ".join(page.split())
    assert sorted(number for number in range(6) if f"comment {number}" in page) == list(range(6))


@pytest.mark.django_db
def test_no_comment_is_shown_while_the_evaluation_is_open_or_with_four_answers(asked: Asked) -> None:
    people = asked.many(5)
    asked.ask()
    for person in people[:4]:
        answers(person, asked.session, comment="a word")
    by = asked.people.coordinator(asked.programme.national)

    def again() -> Client:
        """Return a new browser, because the browser sessions of staff end after twelve hours."""
        Authenticator.objects.filter(user=by).delete()
        return signed_in_client(by)

    assert asked.session.ends_at is not None
    for days, why in ((1, "Shown when the evaluation is closed"), (15, "Fewer than five answers")):
        with time_machine.travel(asked.session.ends_at + dt.timedelta(days=days), tick=False):
            client = again()
            page = client.get(url(asked)).content.decode()
            assert (why in page, "a word" in page, "4 of 7 people answered: 57%." in page) == (True, False, True)
            rows = table(client.post(url(asked, "feedback_export")))
            assert [row[4:8] for row in rows[1:]] == [["7", "4", "", why]]
    with time_machine.travel(asked.session.ends_at + dt.timedelta(days=13), tick=False):
        answers(people[4], asked.session, comment="a word")
    with time_machine.travel(asked.session.ends_at + dt.timedelta(days=15), tick=False):
        assert again().get(url(asked)).content.decode().count("a word") == 5


@pytest.mark.django_db
def test_file_has_the_counts_of_each_question(later: Asked) -> None:
    client = signed_in_client(later.people.coordinator(later.programme.national))
    head, *rows = table(client.post(url(later, "feedback_export")))
    assert head[:9] == [
        "Series",
        "Session",
        "Title",
        "Date",
        "People asked",
        "People who answered",
        "Question code",
        "Question",
        "Answers",
    ]
    day = str(later.session.on_date)
    first = ["heart", "1", "heart 1", day, "7", "6"]
    few = ["", "", "", "", "", "", "", "Fewer than five answers"]
    assert rows == [
        [*first, "worth-my-time", "This session was worth my time.", "6", "1", "0", "1", "2", "2", "3.67"],
        [*first, "relevant", "It was relevant to my practice.", *few],
        [*first, "will-change", "I will change something in my practice.", *few],
    ]
    assert AuditEvent.objects.filter(verb="feedback-exported", scope_id=later.series.hub_id).count() == 1


@pytest.mark.django_db
def test_columns_have_the_chosen_names(later: Asked) -> None:
    client = signed_in_client(later.people.staff)
    for name, first in (("feedback_export", "Séance"), ("answers_export", "Séance")):
        rows = table(client.post(url(later, name), {"header": "fr"}))
        assert rows[0][1] == first
        assert rows[1:] == table(client.post(url(later, name)))[1:]
        assert table(client.post(url(later, name), {"header": "x"}))[0][1] == "Session"
        book = load_workbook(BytesIO(client.post(url(later, name), {"header": "fr", "format": "xlsx"}).content))
        names = {cell.value for cell in book.worksheets[0][1]}
        explained = {row[0].value for row in book.worksheets[1].iter_rows(min_row=2)}
        assert explained <= names, "the other sheet uses the same names"


@pytest.mark.django_db
def test_no_two_questions_have_the_same_column(asked: Asked) -> None:
    """Versions, and questions of two hubs or of a hub and the national core, may have the same code."""
    national = Question.objects.get(code="relevant")
    texts = {"text_en": "Q", "text_fr": "Q"}
    rows = [
        national,
        Question.objects.create(code="relevant", version=2, retired_at=timezone.now(), **texts),
        Question.objects.create(code="relevant-2", **texts),
        Question.objects.create(code="relevant", hub=asked.programme.bc, **texts),
        Question.objects.create(code="relevant", hub=asked.programme.national, **texts),
    ]
    assert [code_of(row) for row in rows] == [
        "relevant",
        "relevant.v2",
        "relevant-2",
        "bc.relevant",
        "national.relevant",
    ]


@pytest.mark.django_db
def test_rows_are_for_staff_only_and_hide_a_rare_language(later: Asked) -> None:
    hub, other = (later.people.coordinator(hub) for hub in (later.programme.national, later.programme.bc))
    statuses = {
        person.name: signed_in_client(person).post(url(later, "answers_export")).status_code for person in (hub, other)
    }
    assert set(statuses.values()) == {404}
    assert signed_in_client(later.people.stranger).post(url(later, "answers_export")).status_code == 302
    head, *rows = table(signed_in_client(later.people.staff).post(url(later, "answers_export")))
    assert head[:4] == ["Series", "Session", "Date", "Language"]
    relevant = [column for column in head if "relevant" in column]
    assert len(relevant) == 1, "only four people answered it, so the column is there and empty"
    rows = [
        [
            row[0],
            row[1],
            row[2],
            row[3],
            row[head.index("comment")],
            row[head.index("worth-my-time")],
            row[head.index(relevant[0])],
        ]
        for row in rows
    ]
    day = str(later.session.on_date)
    assert sorted(rows) == sorted(
        ["heart", "1", day, "", f"comment {number}", str([5, 5, 4, 4, 3, 1][number]), ""] for number in range(6)
    )
    event = AuditEvent.objects.get(verb="answers-exported")
    assert (event.about, event.scope_id) == (f"series:{later.series.pk}", later.series.hub_id)


@pytest.mark.django_db
def test_codebook_explains_every_column_of_the_answers(later: Asked) -> None:
    client = signed_in_client(later.people.staff)
    book = load_workbook(BytesIO(client.post(url(later, "answers_export"), {"format": "xlsx"}).content))
    columns = [cell.value for cell in book.worksheets[0][1]]
    explained = {row[0].value: row[2].value for row in book.worksheets[1].iter_rows(min_row=2)}
    assert set(columns) == set(explained)
    assert "fewer than five people of the session answered" in explained["worth-my-time"]
    assert "fewer than five of the answers" in explained["Language"]


@pytest.mark.django_db
def test_other_hub_and_stranger_see_no_feedback(later: Asked) -> None:
    assert signed_in_client(later.people.coordinator(later.programme.bc)).get(url(later)).status_code == 404
    assert signed_in_client(later.people.stranger).get(url(later)).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("sessions", [1, 30])
def test_query_count_is_constant(asked: Asked, sessions: int, django_assert_num_queries: object) -> None:
    for number in range(2, sessions + 1):
        asked.join(asked.ended_session(number), asked.ama)
    asked.ask()
    client = signed_in_client(asked.people.coordinator(asked.programme.national))
    client.get(url(asked))
    with django_assert_num_queries(12):  # type: ignore[operator]
        assert client.get(url(asked)).content.decode().count("Shown when the evaluation is closed") == sessions


class Differences(TestCase):
    """No number under five can be computed by subtracting figures of different selections of sessions."""

    @settings(max_examples=25)
    @given(st.lists(st.lists(st.integers(1, 3), max_size=12), min_size=2, max_size=4))
    def test_difference_of_two_selections_is_nothing_or_five_answers(self, given_answers: list[list[int]]) -> None:
        write_national_core()
        programme, people = Programme(), People()
        series = programme.series("heart")
        now = dt.datetime.now(dt.UTC)
        rates: list[Rate] = []
        for number, sheets in enumerate(given_answers, start=1):
            session = programme.session(series, number, days=-30)
            rates.append(_closed(session, sheets, people, now))
        selections = [
            set(found) for size in range(len(rates) + 1) for found in itertools.combinations(range(len(rates)), size)
        ]
        bases = {frozenset(chosen): _bases([rates[one] for one in chosen], now) for chosen in selections}
        for small, large in itertools.product(bases, bases):
            if small < large:
                for question, count in bases[large].items():
                    difference = count - bases[small].get(question, 0)
                    assert difference == 0 or difference >= 5


def _closed(session: Session, sheets: list[int], people: People, now: dt.datetime) -> Rate:
    """Store a closed evaluation with sheets that answer the first one, two or three questions, and return its rate."""
    evaluation = Evaluation.objects.create(
        session=session, opened_at=now - dt.timedelta(days=30), closes_at=now - dt.timedelta(days=1)
    )
    questions = list(Question.objects.filter(kind="agree", only_certified=False).order_by("position"))
    comment = str(Question.objects.get(kind="text").pk)
    for number, answered in enumerate(sheets):
        person = people.make(f"{session.pk}-{number}@example.org", "Somebody")
        Invitation.objects.create(evaluation=evaluation, person=person, has_answered=True)
        given_answers = {str(question.pk): number % 5 + 1 for question in questions[:answered]}
        AnswerSheet.objects.create(evaluation=evaluation, language="en", answers=given_answers | {comment: "a word"})
    (rate,) = rates_of([session.pk])
    assert len(comments([rate], now)) == (1 if len(sheets) >= 5 else 0)
    return rate


def _bases(rates: list[Rate], now: dt.datetime) -> dict[str, int]:
    return {result.question.code: result.answered for result in question_results(rates, now)}
