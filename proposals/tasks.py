"""Delete old inquiries. Running it twice is safe."""

from celery import shared_task
from django.utils import timezone

from proposals.actions import delete_old_inquiries


@shared_task
def forget_inquiries() -> None:
    delete_old_inquiries(timezone.now())
