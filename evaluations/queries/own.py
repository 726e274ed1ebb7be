"""Queries for the evaluations of one person."""

import datetime as dt
from collections.abc import Collection

from accounts.models import Person
from evaluations.models import Invitation


def own_open_invitations(person: Person, sessions: Collection[int], now: dt.datetime) -> dict[int, Invitation]:
    """Return the person's invitations to evaluations of these sessions that can still be answered, by session ID."""
    rows = Invitation.objects.waiting(now).filter(person=person, evaluation__session__in=sessions)
    return {row.evaluation.session_id: row for row in rows.select_related("evaluation", "person")}
