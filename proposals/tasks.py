"""Celery tasks that delete old inquiries and notify people of dates. Running a task twice is safe."""

from celery import shared_task
from django.utils import timezone

from proposals.actions import delete_old_inquiries, delete_old_watches
from proposals.actions import tell_of_dates as tell


@shared_task
def forget_inquiries() -> None:
    delete_old_inquiries(timezone.now())
    delete_old_watches(timezone.now())


@shared_task
def tell_of_dates() -> None:
    tell(now=timezone.now())
