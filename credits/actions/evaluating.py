"""Ask for evaluations. This is in `credits` because certified sessions are evaluated with other questions."""

import datetime as dt

from credits.queries.accreditations import complete_accreditations
from evaluations.actions import invite_participants, open_evaluation
from evaluations.queries.to_invite import open_evaluations, sessions_to_open


def ask_for_evaluations(*, now: dt.datetime) -> int:
    """Open the evaluations of sessions that have ended, and invite the participants. Return the number of invitations.

    Each evaluation is opened in its own transaction. Participants whose attendance becomes known later are invited by a
    later call.
    """
    sessions = list(sessions_to_open(now).select_related("series"))
    accreditations = complete_accreditations({session.series_id for session in sessions})
    for session in sessions:
        records = [row for row in accreditations.get(session.series_id, ()) if row.covers(session.on_date)]
        is_condition = any(row.evaluation_required for row in records)
        open_evaluation(session=session, certified=bool(records), is_condition=is_condition, now=now)
    return sum(invite_participants(evaluation=evaluation, now=now) for evaluation in open_evaluations(now))
