"""Store answers without any reference to the person who gave them (PRODUCT.md 7, ADR 24)."""

import datetime as dt
import json
from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Case, F, When
from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from evaluations.models import AnswerSheet, Evaluation, Invitation

Answers = Mapping[int, int | str]

# One statement deletes all sheets of the evaluation and stores them again with the new one, in a random order and under
# new random ids: neither the order of the rows nor the system column xmin shows which sheet came last.
STORE_SHEETS = """
WITH stored AS (DELETE FROM {table} WHERE evaluation_id = %(evaluation)s RETURNING language, answers)
INSERT INTO {table} (id, evaluation_id, language, answers)
SELECT gen_random_uuid(), %(evaluation)s, language, answers
FROM (SELECT language, answers FROM stored UNION ALL SELECT %(language)s, %(answers)s::jsonb) AS sheets
ORDER BY random()
"""


@transaction.atomic
def answer(*, invitation: Invitation, answers: Answers, language: str, now: dt.datetime) -> bool:
    """Store a person's answers, and return True. If they have already answered, store nothing and return False.

    `answers` maps the primary keys of questions to values that the form has validated. Raises Refusal if the evaluation
    is closed. No audit event is written, because it would reveal who answered at which time.
    """
    evaluation = lock_evaluation(invitation.evaluation_id)
    if not evaluation.is_open(now):
        raise Refusal(_("This evaluation is closed."), code="evaluation-closed")
    if has_answered(invitation.pk):
        return False
    facts: dict[str, int | str] = {
        "evaluation": evaluation.pk,
        "language": language,
        "answers": json.dumps({str(question): value for question, value in answers.items()}),
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE_SHEETS.format(table=AnswerSheet._meta.db_table), facts)
    # Rewrite the rows of everybody who was invited, so that xmin does not show which one was the last to answer.
    answered = Case(When(pk=invitation.pk, then=True), default=F("has_answered"))
    Invitation.objects.filter(evaluation=evaluation).update(has_answered=answered)
    return True


def lock_evaluation(pk: int) -> Evaluation:
    """Lock the evaluation's row and return it. Concurrent calls wait, so that answers are stored one after another."""
    return Evaluation.objects.select_for_update(no_key=True).get(pk=pk)


def has_answered(invitation: int) -> bool:
    return Invitation.objects.filter(pk=invitation, has_answered=True).exists()
