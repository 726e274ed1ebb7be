"""Ask for evaluations. This is in `credits` because certified sessions are evaluated with other questions."""

import datetime as dt
from collections.abc import Iterable

from credits.models import Accreditation
from credits.queries.accreditations import complete_accreditations
from evaluations.actions import invite_participants, open_evaluation
from evaluations.models import Evaluation
from evaluations.queries.to_invite import open_evaluations, sessions_to_open


def ask_for_evaluations(*, now: dt.datetime) -> int:
    """Open the evaluations of sessions that have ended, and invite the participants. Return the number of invitations.

    Each evaluation is opened in its own transaction. Participants whose attendance becomes known later are invited by a
    later call. Whether an accreditation still asks for an open evaluation is stored with it, so that pages and emails
    announce no condition that staff have removed.
    """
    _update_conditions(now)
    sessions = list(sessions_to_open(now).select_related("series"))
    accreditations = complete_accreditations({session.series_id for session in sessions})
    for session in sessions:
        records = [row for row in accreditations.get(session.series_id, ()) if row.covers(session.on_date)]
        is_condition = any(row.evaluation_required for row in records)
        open_evaluation(session=session, certified=bool(records), is_condition=is_condition, now=now)
    _update_conditions(now)
    return sum(invite_participants(evaluation=evaluation, now=now) for evaluation in open_evaluations(now))


def _update_conditions(now: dt.datetime) -> None:
    """Store with each open evaluation that was opened as a condition whether no accreditation asks for it any more."""
    rows = list(Evaluation.objects.open(now).filter(is_condition=True).select_related("session"))
    accreditations = complete_accreditations({row.session.series_id for row in rows})
    ended = {row.pk: not _is_asked_for(row, accreditations.get(row.session.series_id, ())) for row in rows}
    for value in (True, False):
        changed = [row.pk for row in rows if ended[row.pk] == value and row.condition_ended != value]
        if changed:
            Evaluation.objects.filter(pk__in=changed).update(condition_ended=value)


def _is_asked_for(evaluation: Evaluation, records: Iterable[Accreditation]) -> bool:
    return any(record.evaluation_required and record.covers(evaluation.session.on_date) for record in records)
