"""Deletes expired sign-in codes, rate counters and form receipts. Safe to run twice."""

from celery import shared_task

from accounts.actions import delete_expired


@shared_task
def forget() -> None:
    delete_expired()
