"""Ask for evaluations. Whether a session is certified decides which questions it asks, so this is above evaluations."""

import datetime as dt

from credits.queries.accreditations import complete_accreditations, covering
from evaluations.actions import invite_participants, open_evaluation
from evaluations.queries.to_invite import open_evaluations, sessions_to_open


def ask_for_evaluations(*, now: dt.datetime) -> int:
    """Open the evaluations of sessions that have ended, and invite the people who took part; return their number.

    Each evaluation has its own transaction. People whose attendance becomes known later are invited by a later call.
    """
    sessions = list(sessions_to_open(now).select_related("series"))
    accreditations = complete_accreditations({session.series_id for session in sessions})
    for session in sessions:
        certified = covering(accreditations.get(session.series_id, ()), session.on_date) is not None
        open_evaluation(session=session, certified=certified, now=now)
    return sum(invite_participants(evaluation=evaluation, now=now) for evaluation in open_evaluations(now))
