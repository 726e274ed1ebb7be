"""Even with the whole database, logs and emails, nobody can find out who gave which answer (PRODUCT.md 7, ADR 24)."""

import random

import pytest
from django.db import connection, models

from evaluations.models import AnswerSheet, Evaluation, Invitation
from tests.evaluations.asked import Asked, answers
from tests.tables import checksums

pytestmark = pytest.mark.django_db
PEOPLE = 12


def system_columns(model: type[models.Model], *columns: str) -> list[tuple[object, ...]]:
    """Return these columns of all rows in the order in which PostgreSQL stores them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text, cmin::text, {', '.join(columns)} FROM {model._meta.db_table} ORDER BY ctid")  # noqa: S608
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def answer_in_random_order(asked: Asked) -> list[int]:
    """Let each person answer with their own number as the comment, and return the order in which they answered."""
    people = asked.many(PEOPLE)
    asked.ask()
    order = random.sample(range(PEOPLE), PEOPLE)
    for number in order:
        assert answers(people[number], asked.session, comment=f"answer {number}") == 302
    return order


def test_rows_show_neither_order_nor_transaction(asked: Asked) -> None:
    order = answer_in_random_order(asked)
    stored = system_columns(AnswerSheet, "answers::text", "id")
    assert len(stored) == PEOPLE
    assert len({row[:2] for row in stored}) == 1
    by_place = [int(str(row[2]).split()[-1].strip('"}')) for row in stored]
    by_id = [
        number for _, number in sorted((str(row[3]), number) for row, number in zip(stored, by_place, strict=True))
    ]
    # The chance that a random order is the order of answering, or its reverse, is one in 240 million.
    assert [by_place == order, by_place[::-1] == order, by_id == order, by_id[::-1] == order] == [False] * 4
    # Each answer writes the rows of everyone who was invited again.
    invitations = system_columns(Invitation, "person_id", "has_answered")
    assert len({row[:2] for row in invitations}) == 1
    assert [row[3] for row in invitations].count(True) == PEOPLE


def test_answer_changes_only_the_two_tables(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    """There is no other row, log line or email with which the answer could be combined."""
    asked.ask()
    before = checksums()
    caplog.clear()
    with caplog.at_level("DEBUG"):
        assert answers(asked.ama, asked.session, comment="something nobody else writes") == 302
    after = checksums()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {AnswerSheet._meta.db_table, Invitation._meta.db_table}
    assert "something nobody else writes" not in caplog.text
    assert asked.ama.email not in caplog.text


def test_neither_answers_nor_invitations_have_a_time_or_a_key_in_common() -> None:
    kinds = (models.DateField, models.TimeField)
    assert [
        field.name for model in (AnswerSheet, Invitation) for field in model._meta.fields if isinstance(field, kinds)
    ] == []
    targets = {field.related_model for field in AnswerSheet._meta.fields if field.is_relation}
    assert targets == {Evaluation}
