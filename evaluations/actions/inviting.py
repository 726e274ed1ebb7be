"""Open the evaluation of a session that has ended, and write the emails to its participants."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.database import insert_unless_there
from echo_portal.outbox.actions import NewMessage, write_messages
from evaluations.message_kinds import EVALUATION, EVALUATION_NUDGE
from evaluations.models import Evaluation, EvaluationQuestion, Invitation, Question
from evaluations.queries.to_invite import people_to_invite
from evaluations.schedule import OPEN_FOR, emails_due
from sessions.models import Session


@transaction.atomic
def open_evaluation(
    *, session: Session, certified: bool, is_condition: bool = False, now: dt.datetime
) -> Evaluation | None:
    """Open and return the evaluation of a session that has ended, with the current questions of the core and the hub.

    Return None if there are no questions, or if the evaluation exists already, for example because of an earlier call.
    """
    assert session.ends_at is not None
    questions = list(Question.objects.asked_by(session.series.hub_id, certified=certified))
    evaluation = Evaluation(
        session=session, opened_at=now, closes_at=session.ends_at + OPEN_FOR, is_condition=is_condition
    )
    if not questions or not insert_unless_there(evaluation):
        return None
    EvaluationQuestion.objects.bulk_create(
        EvaluationQuestion(evaluation=evaluation, question=question, position=position)
        for position, question in enumerate(questions, start=1)
    )
    record(
        "evaluation-opened",
        about=f"session:{session.pk}",
        by=None,
        scope_id=session.series.hub_id,
        details={"questions": len(questions)},
    )
    return evaluation


@transaction.atomic
def invite_participants(*, evaluation: Evaluation, now: dt.datetime) -> int:
    """Invite the participants who are not invited yet, and return how many were invited.

    In the same transaction, write the first email to each of them, and the reminders. A reminder is dropped when it is
    due if the person has answered.
    """
    Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
    people = list(people_to_invite(evaluation))
    rows = Invitation.objects.bulk_create(Invitation(evaluation=evaluation, person=person) for person in people)
    write_messages(
        message
        for invitation, person in zip(rows, people, strict=True)
        for message in _emails(invitation, person, evaluation, now)
    )
    return len(rows)


def _emails(invitation: Invitation, person: Person, evaluation: Evaluation, now: dt.datetime) -> list[NewMessage]:
    session = evaluation.session
    due = emails_due(now, evaluation.closes_at, zone_of(person))
    return [
        NewMessage(
            kind=EVALUATION_NUDGE if number else EVALUATION,
            dedupe_key=f"evaluation:{invitation.pk}:{number}",
            address=person.email,
            language=person.language,
            about=f"session:{session.pk}",
            why=_took_part(session),
            person_id=person.pk,
            scope_id=session.series.hub_id,
            payload={"invitation": invitation.pk},
            due_at=moment,
            expires_at=evaluation.closes_at,
        )
        for number, moment in enumerate(due)
    ]


def _took_part(session: Session) -> Callable[[], str]:
    return lambda: _("You took part in “%(session)s”.") % {"session": session.full_title}
