"""Waiting lists move by themselves: a place may come from a raised limit, too. Safe to run twice."""

from celery import shared_task
from django.utils import timezone

from registrations.actions import promote_waiting as promote
from registrations.queries.places import sessions_with_waiting_people


@shared_task
def promote_waiting() -> None:
    for session_id in sessions_with_waiting_people(timezone.now()):
        promote(session_id=session_id)
