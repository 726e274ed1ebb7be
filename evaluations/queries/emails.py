"""Queries for rendering emails about evaluations."""

import datetime as dt

from echo_portal.outbox.models import Message, MessageQuerySet
from evaluations.message_kinds import EVALUATION_NUDGE
from evaluations.models import Invitation


def waiting_invitation(pk: int, now: dt.datetime) -> Invitation | None:
    """Return the invitation, with all that an email displays, or None if it can no longer be answered.

    It cannot be answered either if the person's account is closed.
    """
    rows = Invitation.objects.waiting(now).filter(pk=pk, person__is_active=True)
    return rows.select_related("evaluation__session__series__hub", "person").first()


def other_nudges(message: Message, latest: dt.datetime, now: dt.datetime) -> MessageQuerySet:
    """Return this person's other unsent reminders that are due until `latest` or are already part of this message.

    Edited and held messages are left out, because they are sent separately. Expired messages are not sent at all.
    """
    waiting = Message.objects.waiting().filter(person_id=message.person_id, kind=EVALUATION_NUDGE)
    waiting = waiting.filter(due_at__lte=latest, edited_subject="", edited_text="").exclude(expires_at__lte=now)
    rows = (waiting | Message.objects.filter(carried_by=message.pk)).exclude(pk=message.pk)
    return rows.order_by("due_at", "pk")
