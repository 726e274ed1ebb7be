"""Background work of credits, safe to run twice."""

from celery import shared_task

from credits import actions


@shared_task
def update_ledgers() -> None:
    """Compute the ledgers again whose attendances or records changed."""
    actions.update_stale_ledgers()
