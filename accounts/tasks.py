"""Forgets what has had its time: codes, counters, answers of forms. Safe to run twice."""

from celery import shared_task

from accounts.actions import forget_expired


@shared_task
def forget() -> None:
    forget_expired()
