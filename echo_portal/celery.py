"""Celery: the engine that works off rows. Redis carries the tick and nothing else (ARCHITECTURE P1)."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Transport as RedisTransport
from redis.exceptions import ResponseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")


class PatientTransport(RedisTransport):
    """A broker that became a read-only copy refuses by answers, not by a dead line: Celery's worker would end at that.

    Such a broker is left and looked for again like one that is away (SAFETY.md F07).
    """

    connection_errors = (*RedisTransport.connection_errors, ResponseError)


TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "echo_portal.celery:PatientTransport"

app = Celery("echo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["echo_portal.outbox", "accounts", "registrations"])


@worker_init.connect
@beat_init.connect
def refuse_mistakes(**kwargs: Any) -> None:
    """A worker with a mistake in its configuration does not start."""
    from echo_portal.checks import refuse_mistakes as refuse

    refuse()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Django's LOGGING is the only one: Celery's own handlers would double every line."""
