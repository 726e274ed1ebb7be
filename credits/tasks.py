"""Background work of credits, safe to run twice."""

from celery import shared_task

from credits import actions
from credits.actions.rendering import render_certificates


@shared_task
def update_ledgers() -> None:
    """Compute the ledgers again whose attendances or records changed."""
    actions.update_stale_ledgers()


@shared_task
def make_certificates() -> None:
    """Make the files of issued certificates, and write their emails."""
    render_certificates()
