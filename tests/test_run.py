"""`make run` in a copy of the project: it starts, stops, and starts again after it was killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from echo_portal.local_servers import processes, servers
from echo_portal.local_servers.instance import instance_of

pytestmark = pytest.mark.servers

REPOSITORY = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".*", "docs", "node_modules", "tests", "var")
KEPT = (
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "PATH",
)  # the environment of the process, without the variables that the tests set


class Run:
    """A process of `python -m echo_portal.local_servers.run`, with its output."""

    def __init__(self, project: Path, port: int) -> None:
        environment = {key: os.environ[key] for key in KEPT if key in os.environ}
        self.printed = project / "printed.txt"
        with self.printed.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "echo_portal.local_servers.run"],
                cwd=project,
                env={**environment, "PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_it_says(self, words: str) -> None:
        deadline = time.monotonic() + 90
        while words not in self.printed.read_text():
            assert self.process.poll() is None, self.printed.read_text()
            assert time.monotonic() < deadline, self.printed.read_text()
            time.sleep(0.1)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("portal") / "copy"
    shutil.copytree(REPOSITORY, folder, ignore=NOT_COPIED)
    yield folder
    left = processes.pid_in(folder / "var" / "servers-portal.lock")
    if left and "echo_portal.local_servers.run" in processes.command_line(left):
        processes.end(left, signal.SIGTERM)
    servers.reset(folder)
    instance = instance_of(folder, "run")
    shutil.rmtree(instance.sockets)
    if folder not in instance.home.parents:
        shutil.rmtree(instance.home)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def children(project: Path) -> list[int]:
    return [int(line) for line in (project / "var" / "run.pids").read_text().split()]


def is_healthy(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return bool(answer.status == 200)


def encoding_of(port: int, path: str) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
    with contextlib.closing(connection):
        return connection.getresponse().getheader("Content-Encoding")


def test_run_starts_after_a_previous_run_was_killed(project: Path, port: int) -> None:
    first = Run(project, port)
    first.wait_until_it_says("The portal is running")
    assert is_healthy(port)
    assert encoding_of(port, "/static/css/portal.css") == "br"
    orphans = children(project)
    assert len(orphans) == 3
    assert first.end(signal.SIGKILL) == -signal.SIGKILL

    began = time.monotonic()
    second = Run(project, port)
    second.wait_until_it_says("The portal is running")
    assert time.monotonic() - began < 20  # 10 on an idle machine
    assert is_healthy(port)
    assert all(processes.has_ended(pid) for pid in orphans)

    running = children(project)
    assert second.end(signal.SIGINT) == 0
    assert all(processes.has_ended(pid) for pid in running)
    assert not servers.postgres_answers(servers.socket_folder(project))


def test_run_stops_when_its_worker_dies(project: Path, port: int) -> None:
    run = Run(project, port)
    run.wait_until_it_says("The portal is running")
    os.killpg(children(project)[1], signal.SIGKILL)
    assert run.process.wait(timeout=60) == 1
    assert "The worker process ended with -9" in run.printed.read_text()


def test_run_reports_a_port_in_use_before_it_starts_anything(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(project, taken.getsockname()[1])
        assert run.process.wait(timeout=60) == 1
    assert "Choose another one, for example: PORT=" in run.printed.read_text()
    assert not servers.postgres_answers(servers.socket_folder(project))


def test_port_that_is_not_a_number_is_refused(project: Path) -> None:
    run = Run(project, 0)
    assert run.process.wait(timeout=60) == 1
    assert 'PORT is "0"' in run.printed.read_text()
