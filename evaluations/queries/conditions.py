"""Queries of evaluations that must be answered before a certificate is issued (ADR 41).

They return who answered, but never what anybody answered.
"""

import datetime as dt

from accounts.models import Person
from evaluations.models import Evaluation, Invitation
from evaluations.queries.to_invite import open_evaluations, people_to_invite
from sessions.models import Series


def unanswered_conditions(series_id: int, now: dt.datetime) -> set[tuple[int, int]]:
    """Return pairs (person ID, session ID) of evaluations that are a condition and that the person has not answered.

    The pairs include people who will be invited in the next minutes, and people who did not answer before the
    evaluation closed. People who were never invited are not included.
    """
    rows = Invitation.objects.filter(
        evaluation__is_condition=True, evaluation__session__series=series_id, has_answered=False
    )
    found = set(rows.values_list("person", "evaluation__session"))
    for evaluation in open_evaluations(now).filter(is_condition=True, session__series=series_id):
        found |= {(pk, evaluation.session_id) for pk in people_to_invite(evaluation).values_list("pk", flat=True)}
    return found


def answered_conditions(series_id: int) -> set[tuple[int, int]]:
    """Return pairs (person ID, session ID) of evaluations that are a condition and that the person has answered."""
    rows = Invitation.objects.filter(
        evaluation__is_condition=True, evaluation__session__series=series_id, has_answered=True
    )
    return set(rows.values_list("person", "evaluation__session"))


def own_unanswered_conditions(person: Person) -> dict[int, Invitation]:
    """Return the person's unanswered invitations to evaluations that are a condition, by session ID."""
    rows = Invitation.objects.filter(person=person, evaluation__is_condition=True, has_answered=False)
    return {row.evaluation.session_id: row for row in rows.select_related("evaluation__session", "person")}


def series_with_open_conditions(now: dt.datetime) -> list[Series]:
    """Return the series with an evaluation that is a condition and was open in the last day."""
    recent = Evaluation.objects.open(now - dt.timedelta(days=1)).filter(is_condition=True)
    return list(Series.objects.filter(sessions__evaluation__in=recent).distinct().order_by("pk"))
