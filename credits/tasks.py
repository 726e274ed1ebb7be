"""Celery tasks of credits. Running a task twice has no further effect."""

from celery import shared_task
from django.utils import timezone

from credits import actions
from credits.actions.rendering import render_certificates


@shared_task
def update_ledgers() -> None:
    """Update the ledgers whose attendances or accreditations have changed."""
    actions.update_stale_ledgers()


@shared_task
def make_certificates() -> None:
    """Make the PDF files of issued certificates, and write the emails about them."""
    render_certificates()


@shared_task
def issue_answered() -> None:
    """Issue certificates to people who answered the evaluation that their certificate waited for."""
    actions.issue_answered(now=timezone.now())


@shared_task
def ask_for_evaluations() -> None:
    """Open the evaluations of sessions that have ended, and invite their participants."""
    actions.ask_for_evaluations(now=timezone.now())
