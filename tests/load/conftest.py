"""Start gunicorn on the tests' database and send many forms at the same time."""

import dataclasses
import functools
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from tests.builders import Programme
from tests.smtp_server import free_port

PROJECT = Path(__file__).resolve().parents[2]
# `make load` runs the full counts, which take minutes; the suite runs the same tests with lower counts.
FULL = os.environ.get("LOAD") == "full"
CSRF = "a" * 32


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str


@dataclasses.dataclass(frozen=True)
class LiveWeb:
    """A web server for the tests' database: two gunicorn workers of four threads, with the settings of the tests."""

    port: int

    def post(self, path: str, form: dict[str, Any]) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            body = urlencode({**form, "csrfmiddlewaretoken": CSRF}, doseq=True)
            client.request(
                "POST",
                path,
                body=body,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrf={CSRF}"},
            )
            answer = client.getresponse()
            return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace"))
        finally:
            client.close()

    def post_at_once(self, path: str, forms: Sequence[dict[str, Any]]) -> list[Answer]:
        """Send each form from a separate client, all at the same time, and return the responses."""
        return at_once([functools.partial(self.post, path, form) for form in forms])


def at_once[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Run each call in a thread, all at the same time, and return the results. Raises the first exception."""
    start = threading.Barrier(len(calls))
    answers: list[T | None] = [None] * len(calls)
    failures: list[BaseException] = []

    def run(index: int) -> None:
        try:
            start.wait(60)
            answers[index] = calls[index]()
        except BaseException as failure:  # noqa: BLE001 (raised again below)
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    if failures:
        raise failures[0]
    return [answer for answer in answers if answer is not None]


@pytest.fixture(scope="module", autouse=True)
def audit_trail_can_be_emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Allow TRUNCATE of the audit trail while these tests run.

    The tests commit, and pytest-django truncates all tables afterwards.
    """
    for state in ("DISABLE", "ENABLE"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE accounts_auditevent {state} TRIGGER accounts_audit_no_truncate")
        if state == "DISABLE":
            yield


@pytest.fixture(scope="package")
def web(django_db_setup: None) -> Iterator[LiveWeb]:
    """Start gunicorn once for all tests that send forms to it."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "echo_portal.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    process = subprocess.Popen(
        [*command, "--log-level", "warning"], cwd=PROJECT, env=os.environ | {"DATABASE_URL": _test_database()}
    )
    try:
        running = LiveWeb(port)
        _wait_until_it_answers(running, process)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def programme(db: None) -> Programme:
    """Create two hubs without series for each test, because most of these tests commit."""
    return Programme()


@pytest.fixture
def live_web(web: LiveWeb, transactional_db: None) -> LiveWeb:
    """Return the web server. All tables are emptied after the test."""
    return web


def _test_database() -> str:
    place = connection.settings_dict
    options = place["OPTIONS"]
    host, port = place["HOST"] or options.get("host", ""), place["PORT"] or options.get("port", 5432)
    user, password = quote(str(place["USER"] or "")), quote(str(place["PASSWORD"] or ""))
    return f"postgresql://{user}:{password}@/{place['NAME']}?host={host}&port={port}"


def _wait_until_it_answers(web: LiveWeb, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "gunicorn ended"
        client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
        try:
            client.request("GET", "/readyz")
            if client.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            client.close()
    raise AssertionError("gunicorn did not answer within a minute")
