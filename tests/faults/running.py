"""Run the portal's processes on separate servers, so that tests can kill, stop and disconnect them.

PostgreSQL and Valkey are a separate instance (echo_portal.local_servers). The broker is behind a proxy, and emails are
sent to a scripted SMTP server. Workers and beat are started as in production, each in its own process session, so that
one signal reaches all processes of a worker.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from echo_portal.local_servers import servers
from tests.builders import Programme
from tests.faults.tcp_proxy import Proxy, proxy
from tests.smtp_server import free_port

PROJECT = Path(__file__).resolve().parents[2]
# The form of the tests: "short" in the suite, "long" in `.ci/run` for the kill storm, "full" in `make faults`.
FORM = os.environ.get("FAULTS", "short")
FULL = FORM == "full"
DATABASE = "campaign"
# The series whose session all emails are about, and the one people register for.
STORM, OPEN = "storm", "open"
START_SECONDS = 60.0
# Short timeouts keep the tests short: a lease is 2 × 2 + 5 = 9 seconds, and a worker waits 3 seconds for evidence.
SHORT_STEPS = {"MAIL_TIMEOUT_SECONDS": "2", "MAIL_EVIDENCE_WAIT_SECONDS": "3"}
LEDGER_LINE = len("accepted <00000000-0000-0000-0000-000000000000@calendar.example.org>\n")
QUIET = ("-W", "ignore:You're running the worker with superuser privileges")

Process = subprocess.Popen[bytes]
Unblock = Callable[[], contextlib.AbstractContextManager[None]]


class SinkControl:
    """A connection that sends orders to the SMTP server's process and receives its reports about held connections."""

    def __init__(self, port: int) -> None:
        self.held: queue.Queue[tuple[str, str]] = queue.Queue()
        self._done: queue.Queue[None] = queue.Queue()
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._connection.settimeout(None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def script(self, **stages: dict[str, Any]) -> None:
        """Replace the whole script. Without arguments, the server accepts everything again."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.held.get_nowait()
        self._order({"script": stages})

    def release(self) -> None:
        self._order({"release": True})

    def wait_held(self, number: int, seconds: float = 60) -> list[str]:
        """Wait for `number` held connections, and return their addresses or Message-IDs."""
        deadline = time.monotonic() + seconds
        return [self.held.get(timeout=max(0.01, deadline - time.monotonic()))[1] for _one in range(number)]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _order(self, order: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(order).encode() + b"\n")
        self._done.get(timeout=10)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._connection.makefile():
                said = json.loads(line)
                if "held" in said:
                    self.held.put((said["held"], said["what"]))
                else:
                    self._done.put(None)


class Campaign:
    """The state that the tests of one process share. Each test begins by calling `clear`."""

    def __init__(self, name: str, folder: Path, unblock: Unblock) -> None:
        self.folder = folder
        self.instance = f"faults-{name}"
        self.sockets = servers.socket_folder(PROJECT, name=self.instance)
        self.valkey = self.sockets / "valkey.sock"
        self.ledger_path = folder / "accepted.log"
        self.ledger_path.touch()
        self.processes: list[Process] = []
        self.unblock = unblock
        self._thread = ThreadPoolExecutor(1, "campaign-database")
        self._sql: psycopg.Connection[tuple[Any, ...]] | None = None
        self.smtp_port = free_port()
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://echo@/{DATABASE}?host={self.sockets}&port=5432",
            "DJANGO_SETTINGS_MODULE": "echo_portal.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "MAIL_EVIDENCE": f"log:{self.ledger_path}",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "PYTHONUNBUFFERED": "1",
            **SHORT_STEPS,
        }
        self.broker: Proxy
        self.sink: SinkControl

    # Database

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Execute a statement with autocommit, on a separate connection."""
        if self._sql is None or self._sql.closed:
            self._sql = self.connect()
        cursor = self._sql.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def connect(self, database: str = DATABASE) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.sockets), port=5432, user="echo", dbname=database, autocommit=True)

    def within[T](self, call: Callable[[], T]) -> T:
        """Run `call` in a thread whose models use the campaign's database, and return its result."""
        return self._thread.submit(self._in_own_database, call).result(timeout=300)

    def _in_own_database[T](self, call: Callable[[], T]) -> T:
        wrapper = connections.create_connection("default")
        place = {"NAME": DATABASE, "HOST": str(self.sockets), "PORT": "5432", "USER": "echo", "CONN_MAX_AGE": 0}
        wrapper.settings_dict = {**wrapper.settings_dict, **place, "OPTIONS": {}}
        connections["default"] = wrapper
        try:
            with self.unblock():
                return call()
        finally:
            wrapper.close()

    def states(self) -> dict[str, int]:
        return dict(self.sql("SELECT state, count(*) FROM outbox_message GROUP BY state"))

    def live(self) -> int:
        return int(
            self.sql(
                "SELECT count(*) FROM outbox_message"
                " WHERE state IN ('queued', 'claimed', 'transmitting', 'deferred', 'in-doubt')"
            )[0][0]
        )

    # Emails

    def ledger(self) -> list[str]:
        """Return the Message-ID of each delivery, in order."""
        return re.findall(r"<[^>]+>", self.ledger_path.read_text())

    def accepted(self) -> int:
        """Return the number of deliveries, computed from the size of the file: all Message-IDs have the same length."""
        return self.ledger_path.stat().st_size // LEDGER_LINE

    def assert_each_once(self, number: int) -> None:
        """Assert that the ledger contains each row's Message-ID exactly once, and that each row is sent."""
        ids = self.ledger()
        domain = self.environment["CALENDAR_DOMAIN"]
        rows = {f"<{row[0]}@{domain}>" for row in self.sql("SELECT public_id FROM outbox_message WHERE state = 'sent'")}
        extra, lost = len(ids) - len(set(ids)), len(rows - set(ids))
        assert (len(rows), lost, extra) == (number, 0, 0), f"{self.states()}\n{self.logs()}"
        assert set(ids) == rows

    # Processes

    def start(self, name: str, *arguments: str, **changes: str) -> Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=PROJECT,
                env={**self.environment, **changes},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_worker(
        self, name: str = "worker", *, concurrency: int = 2, app: str = "echo_portal", **changes: str
    ) -> Process:
        pool = ("--concurrency", str(concurrency), "--without-gossip", "--without-mingle")
        return self.start(
            name, *QUIET, "-m", "celery", "--quiet", "-A", app, "worker", *pool, "--loglevel", "WARNING", **changes
        )

    def start_beat(self, name: str = "beat") -> Process:
        schedule = self.folder / f"{name}-schedule-{time.monotonic_ns()}"
        return self.start(
            name,
            *("-m", "celery", "--quiet", "-A", "echo_portal", "beat"),
            *("--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"),
        )

    def start_web(self) -> int:
        """Start gunicorn as in production with one process, wait until it answers, and return its port."""
        port = free_port()
        web = self.start(
            "web",
            *("-m", "gunicorn", "echo_portal.wsgi:application", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--no-control-socket"),
            *("--log-level", "warning"),
        )

        def answers() -> bool:
            assert web.poll() is None, self.logs()
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                client.request("GET", "/readyz")
                return client.getresponse().status == 200
            except OSError:
                return False
            finally:
                client.close()

        self.wait_until(answers, START_SECONDS, "gunicorn answers")
        return port

    def end(self, process: Process, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the whole process group, and wait for the process to end."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with contextlib.suppress(ProcessLookupError):  # the processes of a pool can outlive their parent
            os.killpg(process.pid, signal.SIGKILL)
        if process in self.processes:
            self.processes.remove(process)

    def tick(self, number: int = 1, *, name: str = "tick") -> None:
        """Queue the ticks of a task that beat would queue."""
        from echo_portal.celery import app

        with app.connection_for_write(url=f"redis://127.0.0.1:{self.broker.port}/0") as connection:
            for _one in range(number):
                tick = settings.CELERY_BEAT_SCHEDULE[name]
                app.send_task(tick["task"], connection=connection, **tick["options"])

    def let_leases_end(self) -> None:
        """End all leases immediately. Call this after their workers were killed or stopped."""
        self.sql("UPDATE outbox_message SET lease_until = now() WHERE state IN ('claimed', 'transmitting')")

    def drain(self, **changes: str) -> None:
        """Deliver due messages with `manage.py drain`, which uses neither a broker nor Celery."""
        command = [sys.executable, "manage.py", "drain"]
        subprocess.run(command, cwd=PROJECT, env={**self.environment, **changes}, check=True, timeout=120, stdout=-3)

    def wait_until(self, true: Callable[[], bool], seconds: float, what: str) -> float:
        """Wait until `true()` returns True, and return the seconds. Fail with the last log lines after `seconds`."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"not within {seconds:.0f} s: {what}; {self.states()}\n{self.logs()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def logs(self) -> str:
        texts = [f"--- {path.name}\n{path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.log"))]
        return "\n".join(texts)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def clear(self, *, keep_processes: bool = False) -> None:
        """End all processes except the servers, delete all messages, empty the ledger, and remove all faults."""
        for process in [] if keep_processes else list(self.processes):
            self.end(process)
        for path in self.folder.glob("*.log"):  # including the ledger
            os.truncate(path, 0)
        self.sink.script()
        self.broker.set(type(self.broker.fault)())
        self.broker.listen()
        servers.start_valkey(PROJECT, name=self.instance, fsync=False)
        self.say_to_valkey("FLUSHALL")
        self.sql("TRUNCATE outbox_message, outbox_suppression, outbox_pause, outbox_mailevent CASCADE")

    def close(self) -> None:
        self.sink.close()
        self._thread.shutdown()
        if self._sql is not None:
            self._sql.close()

    def say_to_valkey(self, *words: str) -> None:
        import redis

        ends = contextlib.suppress(redis.ConnectionError) if words[0] == "SHUTDOWN" else contextlib.nullcontext()
        with ends, contextlib.closing(redis.Redis(unix_socket_path=str(self.valkey))) as client:
            client.execute_command(*words)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def campaign(name: str, folder: Path, unblock: Unblock) -> Iterator[Campaign]:
    """Start servers, database, SMTP server and proxy (about ten seconds). Stop and delete all of them at the end."""
    running = Campaign(name, folder, unblock)
    servers.start(PROJECT, name=running.instance, fsync=False)
    sink: Process | None = None
    try:
        control = free_port()
        arguments = [str(running.smtp_port), str(control), str(running.ledger_path)]
        sink = subprocess.Popen([sys.executable, "-m", "tests.faults.smtp_sink", *arguments], cwd=PROJECT)
        with contextlib.closing(running.connect("postgres")) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        running.within(_fill)
        running.wait_until(lambda: _listens(control), START_SECONDS, "the sink listens")
        running.sink = SinkControl(control)
        with proxy(free_port(), running.valkey) as broker:
            running.broker = broker
            running.environment["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{broker.port}/0"
            try:
                yield running
            finally:
                for process in list(running.processes):
                    running.end(process)
                running.close()
    finally:
        if sink is not None:
            sink.kill()
            sink.wait()
        servers.reset(PROJECT, name=running.instance)


def _fill() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    programme = Programme()
    programme.session(programme.series(STORM), 1, days=2)
    programme.session(programme.series(OPEN), 1, days=9)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def share(values: Sequence[float], part: float) -> float:
    """Return a quantile of the values, such as the median for a `part` of 0.5."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
