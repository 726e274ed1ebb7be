"""Run gunicorn under load and measure the CPU time of its processes and of PostgreSQL (Linux only: /proc)."""

import contextlib
import dataclasses
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
CLIENTS = 4
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# The headers of a browser, so that the cost of a page includes its compression.
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en-CA,en;q=0.8", "Host": "127.0.0.1"}


@dataclasses.dataclass(frozen=True)
class Cost:
    """The CPU time of one operation in milliseconds. `per_second` is in wall time and depends on the machine."""

    web_ms: float
    database_ms: float
    per_second: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.database_ms


@dataclasses.dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


@contextlib.contextmanager
def gunicorn(name: str, application: str, port: int, environment: dict[str, str]) -> Iterator[Server]:
    """Start one worker with four threads, as in docs/deploy.md. Yield when it responds, and stop it at the end."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
    ]
    command += ["--workers", "1", "--threads", str(CLIENTS), "--keep-alive", "30", "--no-control-socket"]
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=PROJECT, env=environment)
    try:
        server = Server(name, port, process)
        _wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise SystemExit(f"{server.name}: gunicorn ended with code {server.process.returncode}.")
        try:
            client = server.connect()
            client.request("GET", "/healthz", headers=BROWSER)
            client.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{server.name}: no answer within a minute.")


def postmaster() -> int:
    """Return the process ID of PostgreSQL's main process, which is the parent of this connection's backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return _parent(pid)


def cpu_seconds(root: int) -> float:
    """Return the user and system time, in seconds, of a process and its descendants, including ended ones."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                children.setdefault(_parent(int(folder.name)), []).append(int(folder.name))
    total, queue = 0, [root]
    while queue:
        pid = queue.pop()
        queue += children.get(pid, [])
        with contextlib.suppress(OSError, IndexError):
            total += sum(int(ticks) for ticks in _stat(pid)[11:15])
    return total / TICKS_PER_SECOND


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name: state, parent and so on (man 5 proc)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def measure(server: Server, operation: Callable[[http.client.HTTPConnection, int], None], *, times: int) -> Cost:
    """Call `operation(connection, number)` `times` times, from four clients, and return the cost of one call."""
    database = postmaster()
    web_before, database_before = cpu_seconds(server.process.pid), cpu_seconds(database)
    started = time.perf_counter()
    run_in_threads(lambda number, client: operation(client, number), server.connect, times=times, threads=CLIENTS)
    seconds = time.perf_counter() - started
    return Cost(
        (cpu_seconds(server.process.pid) - web_before) * 1000 / times,
        (cpu_seconds(database) - database_before) * 1000 / times,
        times / seconds,
    )


def run_in_threads(
    operation: Callable[[int, Any], None], make_client: Callable[[], Any], *, times: int, threads: int
) -> None:
    """Call `operation(number, client)` for each number below `times`, in threads.

    Raises the first exception of a thread.
    """
    numbers, lock = iter(range(times)), threading.Lock()
    failures: list[BaseException] = []

    def work() -> None:
        client = make_client()
        try:
            while not failures:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                operation(number, client)
        except BaseException as failure:  # noqa: BLE001 (raised again in the caller's thread)
            failures.append(failure)
        finally:
            client.close()

    workers = [threading.Thread(target=work) for _thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]


def get(client: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, Any]:
    client.request("GET", path, headers=BROWSER | (headers or {}))
    answer = client.getresponse()
    return answer.status, answer.read(), answer.headers


def post(client: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]) -> tuple[int, bytes, Any]:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", path, body=body, headers=BROWSER | form | headers)
    answer = client.getresponse()
    return answer.status, answer.read(), answer.headers
