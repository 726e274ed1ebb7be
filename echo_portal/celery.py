"""The Celery app. Messages are rows in the database; Redis transports only the periodic tick (ARCHITECTURE P1)."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Transport as RedisTransport
from redis.exceptions import ResponseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")


class ReconnectingTransport(RedisTransport):
    """A Redis transport that treats error responses as connection errors.

    A broker that has become a read-only replica keeps the connection open and responds with errors, because of which
    Celery's worker would end. With this class, the worker connects again instead (SAFETY.md F07).
    """

    connection_errors = (*RedisTransport.connection_errors, ResponseError)


TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "echo_portal.celery:ReconnectingTransport"

app = Celery("echo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "echo_portal.outbox",
        "accounts",
        "pages",
        "proposals",
        "registrations",
        "news",
        "attendance",
        "credits",
        "echo_portal.reports",
        "echo_portal.erasure",
        "echo_portal.admin",
    ]
)


@worker_init.connect
@beat_init.connect
def check_configuration(**kwargs: Any) -> None:
    """Exit with the errors of the configuration, so that neither a worker nor beat starts.

    Celery only logs an exception of a signal's receiver, and starts nevertheless.
    """
    from django.core.exceptions import ImproperlyConfigured

    from echo_portal.checks import check_configuration as refuse

    try:
        refuse()
    except ImproperlyConfigured as errors:
        sys.exit(str(errors))


@setup_logging.connect
def keep_logging_setting(**kwargs: Any) -> None:
    """Prevent Celery from adding log handlers to those of the LOGGING setting, so that lines are not logged twice."""
