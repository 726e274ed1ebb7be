"""Celery tasks of attendance. Running a task twice has no further effect."""

from celery import shared_task
from django.utils import timezone

from attendance.actions import erase_old_reports


@shared_task
def erase_reports() -> None:
    """Erase the files of reports that were imported more than 90 days ago."""
    erase_old_reports(now=timezone.now())
