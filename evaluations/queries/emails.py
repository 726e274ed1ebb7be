"""Queries for rendering emails about evaluations."""

import datetime as dt

from evaluations.models import Invitation


def waiting_invitation(pk: int, now: dt.datetime) -> Invitation | None:
    """Return the invitation, with all that an email displays, or None if it can no longer be answered.

    It cannot be answered either if the person's account is closed.
    """
    rows = Invitation.objects.waiting(now).filter(pk=pk, person__is_active=True)
    return rows.select_related("evaluation__session__series__hub", "person").first()
