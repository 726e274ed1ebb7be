"""The periodic promotion from waiting lists, for places that appear in other ways, such as a raised limit.

Safe to repeat.
"""

from celery import shared_task
from django.utils import timezone

from registrations.actions import promote_waiting as promote
from registrations.queries.places import sessions_with_waiting_people


@shared_task
def promote_waiting() -> None:
    for session_id in sessions_with_waiting_people(timezone.now()):
        promote(session_id=session_id)
