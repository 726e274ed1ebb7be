"""Helpers that find and deliver messages."""

import datetime as dt

from django.db.models.functions import Now
from django.utils import timezone

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message, MessageQuerySet


def answers() -> MessageQuerySet:
    """Return all messages except reminders, in the order in which they were written."""
    return Message.objects.exclude(kind__startswith="reminder").order_by("pk")


def deliver_only(**which: object) -> None:
    """Deliver the queued messages that match these filters, and postpone all others by 400 days."""
    Message.objects.filter(state="queued").update(due_at=timezone.now() + dt.timedelta(days=400))
    Message.objects.filter(state="queued", **which).update(due_at=Now())
    deliver_due()
