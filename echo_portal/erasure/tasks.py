"""A Celery task that erases names which no longer have to be kept. Running it twice has no further effect."""

from celery import shared_task
from django.utils import timezone

from echo_portal.erasure.retention import erase_expired


@shared_task
def erase_kept_names() -> None:
    erase_expired(now=timezone.now())
