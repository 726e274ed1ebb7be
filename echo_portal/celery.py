"""The Celery app. Messages are rows in the database; Redis only carries the periodic tick (ARCHITECTURE P1)."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Transport as RedisTransport
from redis.exceptions import ResponseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")


class ReconnectingTransport(RedisTransport):
    """A transport that treats error responses as connection errors.

    A broker that has become a read-only replica answers with errors while the connection stays open, which would end
    Celery's worker. With this class the worker reconnects, as if the broker were down (SAFETY.md F07).
    """

    connection_errors = (*RedisTransport.connection_errors, ResponseError)


TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "echo_portal.celery:ReconnectingTransport"

app = Celery("echo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["echo_portal.outbox", "accounts", "registrations", "attendance", "credits"])


@worker_init.connect
@beat_init.connect
def check_configuration(**kwargs: Any) -> None:
    """Do not start a worker whose configuration has errors."""
    from echo_portal.checks import check_configuration as refuse

    refuse()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Keep Django's LOGGING. Celery's own handlers would log every line twice."""
