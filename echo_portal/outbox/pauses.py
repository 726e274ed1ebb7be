"""Pause the queue while the mail server refuses the portal's sign-in.

One message per minute is tried, and no attempt is counted.
"""

import datetime as dt
import enum

import structlog
from django.db.models import Value
from django.db.models.functions import Now

from echo_portal.outbox.models import Pause

log = structlog.get_logger(__name__)

PROBE_EVERY = dt.timedelta(seconds=60)


class Queue(enum.Enum):
    OPEN = "open"
    PAUSED = "paused"
    PROBE = "probe"


def check_queue() -> Queue:
    """Return whether the queue is open or paused, or PROBE.

    PROBE is returned to one worker per minute, which then tries one message.
    """
    if not Pause.objects.exists():
        return Queue.OPEN
    mine = Pause.objects.filter(next_probe_at__lte=Now()).update(next_probe_at=Now() + Value(PROBE_EVERY))
    return Queue.PROBE if mine else Queue.PAUSED


def pause(reason: str) -> None:
    """Pause the queue and log an error. If it is already paused, the first reason and time are kept."""
    Pause.objects.bulk_create(
        [Pause(id=1, reason=reason[:400], next_probe_at=Now() + Value(PROBE_EVERY))], ignore_conflicts=True
    )
    log.error("outbox.paused", reason=reason)


def resume() -> None:
    if Pause.objects.all().delete()[0]:
        log.warning("outbox.resumed")


def current_pause() -> Pause | None:
    """Return the current pause, or None."""
    return Pause.objects.first()
