"""The queue at a standstill while the server refuses our sign-in: one probe a minute, an alarm, no tries burnt."""

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


def look() -> Queue:
    """What this worker may do now; of all workers that ask, one a minute gets the probe."""
    if not Pause.objects.exists():
        return Queue.OPEN
    mine = Pause.objects.filter(next_probe_at__lte=Now()).update(next_probe_at=Now() + Value(PROBE_EVERY))
    return Queue.PROBE if mine else Queue.PAUSED


def pause(reason: str) -> None:
    """Stops the queue; repeated refusals keep the first reason and moment."""
    Pause.objects.bulk_create(
        [Pause(id=1, reason=reason[:400], next_probe_at=Now() + Value(PROBE_EVERY))], ignore_conflicts=True
    )
    log.error("outbox.paused", reason=reason)


def resume() -> None:
    if Pause.objects.all().delete()[0]:
        log.warning("outbox.resumed")


def current_pause() -> Pause | None:
    """Why the queue stands still, and since when; None while it is open."""
    return Pause.objects.first()
