"""Celery tasks: free places, left-out reminders, old invitations and lists of people. Running one twice is safe."""

from celery import shared_task
from django.utils import timezone

from registrations import actions
from registrations.queries.people import people_to_remind
from registrations.queries.places import sessions_with_waiting_people


@shared_task
def promote_waiting() -> None:
    for session_id in sessions_with_waiting_people(timezone.now()):
        actions.promote_waiting(session_id=session_id)


@shared_task
def forget_invitations() -> None:
    """Delete invitations of colleagues that have expired."""
    actions.delete_old_invitations(timezone.now())


@shared_task
def forget_lists() -> None:
    """Delete uploaded lists of people that were not imported for seven days."""
    actions.forget_lists(timezone.now())


@shared_task
def write_waiting_reminders() -> None:
    """Write the left-out reminders of people who proved their mailbox by signing in."""
    for person in people_to_remind():
        actions.write_waiting_reminders(person=person)
