"""The periodic task that delivers due messages.

It does no harm if it runs twice, concurrently or never. `manage.py drain` does the same without Celery.
"""

from celery import shared_task

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message

MAX_PER_TICK = 500


@shared_task
def tick() -> None:
    if Message.objects.due().exists():
        deliver_due(at_most=MAX_PER_TICK)
