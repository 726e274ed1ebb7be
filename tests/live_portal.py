"""A running portal for browser tests: gunicorn, a Celery worker and beat, as in production.

It has a separate database with the programme loaded, and sends its emails to an SMTP server of the tests. DEBUG is off,
and static files are hashed and compressed; only HTTPS is missing.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from echo_portal.local_servers import servers
from tests.smtp_server import Sink, free_port, smtp_sink
from tests.template_database import server_connection, template_database

PROJECT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
MAIL_SECONDS = 30.0
PROGRAMME = PROJECT / "programme" / "national-2021-22.toml"
PUBLIC_TEXTS = PROJECT / "programme" / "public-texts.toml"


@dataclass
class LivePortal:
    """The running portal. `url` has no trailing slash. Links in emails begin with `settings.SITE_URL` instead."""

    url: str
    sink: Sink
    folder: Path
    environment: dict[str, str]
    database: str
    unblock: Callable[[], contextlib.AbstractContextManager[None]]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Playwright keeps an event loop running in the test's thread, where Django refuses to query the database.
        self._thread = ThreadPoolExecutor(1, "portal-database")

    def within[T](self, call: Callable[[], T]) -> T:
        """Run `call` in a thread whose models use the running portal's database, and return its result."""
        return self._thread.submit(self._in_own_database, call).result(timeout=180)

    def _in_own_database[T](self, call: Callable[[], T]) -> T:
        wrapper = connections.create_connection("default")
        wrapper.settings_dict = {**wrapper.settings_dict, "NAME": self.database, "CONN_MAX_AGE": 0}
        connections["default"] = wrapper
        try:
            with self.unblock():
                return call()
        finally:
            wrapper.close()

    def address(self, url: str) -> str:
        """Return a link of an email with the URL of this running portal instead of `settings.SITE_URL`."""
        assert url.startswith(settings.SITE_URL)
        return self.url + url.removeprefix(settings.SITE_URL)

    def emails_to(self, address: str) -> list[EmailMessage]:
        return [email for email in self.sink.emails if email["To"] == address]

    def email_to(self, address: str, number: int = 1, *, about: str = "") -> EmailMessage:
        """Wait for the `number`th email to this address (with `about` in its subject) and return it."""
        deadline = time.monotonic() + MAIL_SECONDS
        while True:
            found = [email for email in self.emails_to(address) if about in email["Subject"]]
            if len(found) >= number:
                return found[number - 1]
            assert time.monotonic() < deadline, (
                f"{number} emails to {address} about {about!r} were expected; there are "
                f"{[email['Subject'] for email in self.emails_to(address)]}\n{self.logs()}"
            )
            self.check_alive()
            time.sleep(0.1)

    def start(self, name: str, *arguments: str, **changes: str) -> subprocess.Popen[bytes]:
        """Start another process of this portal. Its output is written to a file with this name."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=PROJECT,
                env={**self.environment, **changes},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def start_web(self, name: str, port: int, **changes: str) -> None:
        """Start gunicorn on this port, as `make run` does but with one process, and wait until it responds."""
        self.start(
            name,
            *("-m", "gunicorn", "echo_portal.wsgi:application", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--no-control-socket"),
            *("--log-level", "warning"),
            **changes,
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            self.check_alive()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.1)

    def check_alive(self) -> None:
        assert all(process.poll() is None for process in self.processes), self.logs()

    def logs(self) -> str:
        texts = [f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log"))]
        return "\n".join(texts)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.shutdown()


@contextlib.contextmanager
def live_portal(
    folder: Path, name: str, broker_number: int, unblock: Callable[[], contextlib.AbstractContextManager[None]]
) -> Iterator[LivePortal]:
    """Start all processes (about ten seconds). Afterwards, stop them and drop the database."""
    port = free_port()
    with smtp_sink() as (sink, email_url), _database(name, unblock) as database_url:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": _broker_url(broker_number),
            "DJANGO_SETTINGS_MODULE": "echo_portal.settings",
            "EMAIL_URL": email_url,
            "SITE_URL": settings.SITE_URL,
            "STATIC_ROOT": str(folder / "static"),
            "STATICFILES_BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "PYTHONUNBUFFERED": "1",
        }
        portal = LivePortal(f"http://127.0.0.1:{port}", sink, folder, environment, name, unblock)
        try:
            _prepare(portal)
            celery = ("-m", "celery", "--quiet", "-A", "echo_portal")
            quiet = ("-W", "ignore:You're running the worker with superuser privileges")
            worker = ("worker", "--concurrency", "1", "--without-gossip", "--without-mingle")
            portal.start("worker", *quiet, *celery, *worker, "--loglevel", "WARNING")
            schedule = ("--schedule", str(folder / "beat-schedule"), "--pidfile=")
            portal.start("beat", *celery, "beat", *schedule, "--loglevel", "WARNING")
            portal.start_web("web", port)
            yield portal
        finally:
            portal.stop()


def _prepare(portal: LivePortal) -> None:
    """Collect the static files as in production, and load the programme.

    Files of libraries that no page of these tests uses are left out, because compressing them takes a long time.
    """
    unused = [word for name in ("account", "mfa", "django_htmx") for word in ("--ignore", name)]
    static = portal.start("static", "-m", "django", "collectstatic", "--noinput", "--verbosity", "0", *unused)

    def fill() -> None:
        call_command("createcachetable", verbosity=0)
        call_command("load_programme", str(PROGRAMME), stdout=StringIO())
        call_command("load_texts", str(PUBLIC_TEXTS), stdout=StringIO())

    portal.within(fill)
    code = static.wait(timeout=120)
    portal.processes.remove(static)
    assert code == 0, portal.logs()


@contextlib.contextmanager
def _database(name: str, unblock: Callable[[], contextlib.AbstractContextManager[None]]) -> Iterator[str]:
    """Create a database with all migrations on the tests' server, and yield its URL."""
    default = os.environ.get("DATABASE_URL") or servers.postgres_url(PROJECT, name=settings.EMBEDDED_NAME)
    with unblock():
        template = template_database()
    with server_connection() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlunsplit(urlsplit(default)._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _broker_url(number: int) -> str:
    """Return the URL of the tests' Valkey with this database number, so that two portals do not share ticks."""
    url = str(settings.CELERY_BROKER_URL)
    if "virtual_host=" in url:
        return re.sub(r"virtual_host=\d*", f"virtual_host={number}", url)
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


@pytest.fixture(scope="session")
def portal(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[LivePortal]:
    """Return the portal that all browser tests share. Rows are kept between tests: each test creates its own people."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id != "master" else 1
    folder = tmp_path_factory.mktemp("portal")
    with live_portal(folder, f"journeys_{worker_id}", number, django_db_blocker.unblock) as running:
        yield running
