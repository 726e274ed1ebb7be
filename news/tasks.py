"""A Celery task that deletes old requests for news. Running it twice is safe."""

from celery import shared_task
from django.utils import timezone

from news.actions import delete_old_requests


@shared_task
def forget_requests() -> None:
    delete_old_requests(timezone.now())
