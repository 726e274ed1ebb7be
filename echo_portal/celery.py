"""Celery: the engine that works off rows. Redis carries the tick and nothing else (ARCHITECTURE P1)."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")

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
