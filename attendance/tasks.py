"""Celery tasks of attendance. Running a task twice has no further effect."""

from celery import shared_task
from django.utils import timezone

from attendance.actions import erase_old_reports, erase_old_texts, tell_of_recordings


@shared_task
def erase_reports() -> None:
    """Erase the files of reports, and the texts of requests, that are older than 90 days."""
    now = timezone.now()
    erase_old_reports(now=now)
    erase_old_texts(now=now)


@shared_task
def tell_of_missed_recordings() -> None:
    """Write the emails to people who missed a session whose recording is online."""
    tell_of_recordings(now=timezone.now())
