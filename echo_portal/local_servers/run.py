"""`make run`: the whole portal in one terminal, on this machine only.

It starts the servers, migrates, loads the programme into an empty database, then runs web, worker and beat with
prefixed output, and prints the URLs to open. Ctrl-C stops all of them. If this program is killed, its processes
continue to run; the next run ends them, and uses the same servers.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import environ

from echo_portal.local_servers import processes, servers

PROJECT = Path(__file__).resolve().parents[2]
VAR = PROJECT / "var"
LOCK = VAR / "servers-portal.lock"
PIDS = VAR / "run.pids"
PROGRAMME = PROJECT / "programme" / "national-2021-22.toml"
PUBLIC_TEXTS = PROJECT / "programme" / "public-texts.toml"
WEB_THREADS = 4
READY_SECONDS = 60.0
STOP_SECONDS = 15.0

WHAT_TO_TRY = """
  The portal is running:   {url}/en/      {url}/fr/
  Its mail arrives here:   {url}/en/mailbox/

  Try     the long-term care series, with its key typed as "ltc 2122":   {url}/en/series/ltc-cop/
          the PSW series, three sessions of your choice, in French:      {url}/fr/series/psw-cop/
          CAPACITI, one of two dates:                                    {url}/en/series/capaciti-information/
  Sign in as    clinician@example.org    coordinator@example.org    staff@example.org
          at {url}/en/my-sessions/ (a six-digit code arrives in the mailbox page);
          the coordinator and the staff member then find {url}/admin/

  Ctrl-C stops everything.
"""


class CannotRunError(Exception):
    """Raised if the portal cannot start or continue. The message says why, and what to do."""


class StopRequestedError(BaseException):
    """Raised on Ctrl-C, on SIGTERM, if the terminal is closed, or if the parent `make` ends."""


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[str]


def main() -> int:
    """Run the portal. Return the exit code: 0 after a request to stop, 1 if a process failed to start or ended."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)
    try:
        with _only_run():
            _run()
    except StopRequestedError:
        return 0
    except (CannotRunError, servers.ServerError) as error:
        _print(f"\n{error}\n")
        return 1


def _run() -> NoReturn:
    environment = _environment()
    port = _port(environment)
    _end_orphans()
    _check_port_is_free(port)
    children: list[Child] = []
    try:
        _start_servers(environment)
        os.environ.update(environment)
        _prepare_database()
        for name, command in _commands(port).items():
            children.append(_start(name, command, environment))
            PIDS.write_text("".join(f"{child.process.pid}\n" for child in children))
        _wait_until_ready(children, port)
        _print(WHAT_TO_TRY.format(url=f"http://localhost:{port}"))
        _watch(children)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _stop(children)


# --- Before the child processes -------------------------------------------------------------------


def _request_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequestedError


@contextlib.contextmanager
def _only_run() -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with LOCK.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise CannotRunError(
                f"The portal is already running from this folder (process {holder}). "
                f"Stop it with Ctrl-C there, or: kill {holder}"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _environment() -> dict[str, str]:
    """Return the environment of the child processes: the caller's variables, then .env, then demonstration defaults."""
    environ.Env.read_env(PROJECT / ".env")
    demonstration = {"DEBUG": "1", "DEMO": "1", "SECOND_FACTOR_REQUIRED": "0", "LOG_LEVEL": "WARNING"}
    demonstration["STATIC_FROM_SOURCE"] = "0"
    always = {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "echo_portal.settings"}
    result = {**demonstration, "SITE_URL": f"http://localhost:{os.environ.get('PORT') or 8000}", **os.environ}
    return {**result, **always}


def _port(environment: dict[str, str]) -> int:
    said = environment.get("PORT") or "8000"
    if not said.isdigit() or not 0 < int(said) < 65536:
        raise CannotRunError(f'PORT is "{said}"; it must be a number up to 65535, as in: PORT=8001 make run')
    return int(said)


def _end_orphans() -> None:
    """End the child processes of an earlier run that was killed, if they still run this portal from this folder."""
    with contextlib.suppress(OSError, ValueError):
        pids = [int(line) for line in PIDS.read_text().split()]
        orphans = [pid for pid in pids if _is_a_child_of_a_run(pid)]
        if orphans:
            _print("Ending what an earlier run left behind …")
        for pid in orphans:
            _signal_group(pid, signal.SIGTERM)
        deadline = time.monotonic() + 5
        while any(_is_a_child_of_a_run(pid) for pid in orphans) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in orphans:
            _signal_group(pid, signal.SIGKILL)
    PIDS.unlink(missing_ok=True)


def _is_a_child_of_a_run(pid: int) -> bool:
    command = processes.command_line(pid)
    return "echo_portal" in command and sys.executable in command


def _check_port_is_free(port: int) -> None:
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotRunError(
                f"Port {port} cannot be used on this machine ({error.strerror}). "
                f"Choose another one, for example: PORT={port + 1} make run"
            ) from None


def _start_servers(environment: dict[str, str]) -> None:
    if not environment.get("DATABASE_URL"):
        _print("Starting PostgreSQL …")
        servers.start_postgres(PROJECT)
    if not environment.get("REDIS_URL") and not environment.get("CELERY_BROKER_URL"):
        _print("Starting Valkey …")
        servers.start_valkey(PROJECT)


def _prepare_database() -> None:
    """Apply the migrations, and load the programme if the database is empty."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    from django.apps import apps

    _collect_static_files()
    _print("Bringing the database up to date …")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not apps.get_model("echo_sessions", "Series").objects.exists():
        _print("Loading the programme …")
        call_command("load_programme", str(PROGRAMME))
        call_command("seed_demo")
    if not apps.get_model("pages", "Page").objects.exists():
        _print("Loading the texts of the public pages …")
        call_command("load_texts", str(PUBLIC_TEXTS))
    connections.close_all()


def _collect_static_files() -> None:
    """Collect and compress the static files as in production, if they have changed since the last run."""
    from django.conf import settings
    from django.core.management import call_command

    folder, done = Path(settings.STATIC_ROOT), VAR / "static-collected"
    state = hashlib.sha256((PROJECT / "requirements.txt").read_bytes())
    for path in sorted((PROJECT / "static").rglob("*")):
        state.update(f"{path} {path.stat().st_mtime_ns}\n".encode())
    if folder.is_dir() and done.is_file() and done.read_text() == state.hexdigest():
        return
    _print("Compressing the static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=folder.is_dir())
    done.write_text(state.hexdigest())


# --- The child processes --------------------------------------------------------------------------


def _commands(port: int) -> dict[str, list[str]]:
    # Celery's warning about root does not apply, because the portal accepts only JSON.
    root = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [*root, "-m", "celery", "--quiet", "-A", "echo_portal"]
    quiet = ["--loglevel", "WARNING"]
    return {
        "web": [
            *("-m", "gunicorn", "echo_portal.wsgi:application", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", str(WEB_THREADS)),
            *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", *quiet],
        "beat": [*celery, "beat", "--schedule", str(VAR / "beat-schedule"), "--pidfile=", *quiet],
    }


def _start(name: str, arguments: list[str], environment: dict[str, str]) -> Child:
    """Start a child in its own process session.

    Ctrl-C then signals only this process, which stops the children in order.
    """
    if name == "beat":
        for path in VAR.glob("beat-schedule*"):  # disposable; a damaged schedule file would stop beat
            path.unlink()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    threading.Thread(target=_pass_on, args=(name, process), daemon=True).start()
    return Child(name, process)


def _pass_on(name: str, process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        _print(f"{name:>6} | {line.rstrip()}")


def _wait_until_ready(children: list[Child], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        _check_alive(children)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        if time.monotonic() > deadline:
            raise CannotRunError(f"The web process does not answer on port {port}. Its lines above say why.")
        time.sleep(0.1)


def _watch(children: list[Child]) -> NoReturn:
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    while True:
        _check_alive(children)
        if parent is not None and os.getppid() != parent:
            raise StopRequestedError  # the parent `make` was killed
        time.sleep(0.5)


def _check_alive(children: list[Child]) -> None:
    for child in children:
        code = child.process.poll()
        if code is not None:
            raise CannotRunError(
                f"The {child.name} process ended with {code}; its last lines are above. All else was stopped."
            )


def _stop(children: list[Child]) -> None:
    _print("\nStopping …")
    for child in children:
        if child.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        _signal_group(child.process.pid, signal.SIGKILL)
    PIDS.unlink(missing_ok=True)
    servers.stop(PROJECT)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _print(text: str) -> None:
    with contextlib.suppress(OSError):  # a closed terminal must not prevent stopping
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
