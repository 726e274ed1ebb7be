"""A Celery task that deletes expired sign-in codes, rate counters and form receipts. Running it twice is safe."""

from celery import shared_task

from accounts.actions import delete_expired


@shared_task
def forget() -> None:
    delete_expired()
