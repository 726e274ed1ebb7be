"""Start, kill and damage the portal's local PostgreSQL and Valkey servers, in a temporary project folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import redis

from echo_portal.local_servers import processes, servers
from echo_portal.local_servers.embedded_database import base
from echo_portal.local_servers.instance import Instance, copy_programs, instance_of

pytestmark = [pytest.mark.servers, pytest.mark.filterwarnings("error")]

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a project folder inside a folder that only its owner can open, as is common for home folders."""
    folder = tmp_path_factory.mktemp("project")
    folder.chmod(0o700)
    yield folder
    for name in ("run", "second"):
        servers.reset(folder, name=name)
        instance = instance_of(folder, name)
        shutil.rmtree(instance.sockets)
        if folder not in instance.home.parents:
            shutil.rmtree(instance.home)


@pytest.fixture
def instance(project: Path) -> Instance:
    servers.start(project)
    return instance_of(project, "run")


@pytest.fixture
def stranger(instance: Instance) -> Iterator[int]:
    """Start an unrelated process of the servers' user, and yield its process ID."""
    become = {"user": instance.uid, "group": instance.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **become) as process:  # type: ignore[call-overload]
        yield process.pid
        process.kill()


def ask(project: Path, query: str, *, name: str = "run") -> object:
    with psycopg.connect(servers.postgres_url(project, name=name)) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def remember(project: Path, value: int) -> None:
    with psycopg.connect(servers.postgres_url(project)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("DELETE FROM kept")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def valkey(project: Path, *, name: str = "run") -> redis.Redis:
    return redis.Redis.from_url(servers.valkey_url(project, name=name))


def postmaster(instance: Instance) -> int:
    pid = processes.pid_in(instance.postgres / "postmaster.pid")
    assert pid is not None
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while not processes.has_ended(pid):
        pass


def test_server_urls_are_known_before_the_servers_are_started(tmp_path: Path) -> None:
    servers.postgres_url(tmp_path)
    servers.valkey_url(tmp_path)
    assert servers.postgres_url(tmp_path) == servers.postgres_url(tmp_path / "x" / "..")
    assert list(tmp_path.iterdir()) == []
    assert not servers.socket_folder(tmp_path).exists()


def test_each_project_and_instance_has_its_own_server_urls(tmp_path: Path) -> None:
    addresses = {
        servers.postgres_url(folder, name=name) for folder in (tmp_path, tmp_path / "other") for name in ("run", "test")
    }
    assert len(addresses) == 4


def test_socket_paths_are_short_enough_in_a_deep_project_folder(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 10)
    assert len(f"{servers.socket_folder(deep)}/.s.PGSQL.5432.lock") <= 103


def test_started_servers_respond_and_a_second_start_changes_nothing(project: Path, instance: Instance) -> None:
    before = postmaster(instance)
    servers.start(project)
    assert postmaster(instance) == before
    assert ask(project, "SHOW timezone") == "UTC"
    assert ask(project, "SELECT upper('élodie')") == "ÉLODIE"
    assert valkey(project).ping()


def test_required_extensions_are_installed(project: Path, instance: Instance) -> None:
    query = "SELECT count(*) FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm')"
    assert ask(project, query) == 2


def test_permissions_of_the_users_folders_are_unchanged(project: Path, instance: Instance) -> None:
    assert project.stat().st_mode & 0o777 == 0o700
    assert instance.sockets.stat().st_mode & 0o777 == 0o700
    assert instance.postgres.stat().st_mode & 0o777 == 0o700


def test_servers_never_run_as_root(instance: Instance) -> None:
    assert instance.uid != 0
    assert instance.postgres.stat().st_uid == instance.uid


def test_processes_that_start_servers_at_the_same_time_share_one(project: Path, instance: Instance) -> None:
    servers.stop(project)
    code = (
        "import sys, pathlib; from echo_portal.local_servers import servers; servers.start(pathlib.Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(project)]
    starting = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(3)]
    assert [process.wait(timeout=60) for process in starting] == [0, 0, 0]
    assert ask(project, "SELECT 1") == 1
    assert valkey(project).ping()


def test_two_instances_run_side_by_side(project: Path, instance: Instance) -> None:
    servers.start(project, name="second", fsync=False)
    remember(project, 7)
    assert ask(project, "SHOW fsync") == "on"
    assert ask(project, "SHOW fsync", name="second") == "off"
    assert ask(project, "SELECT to_regclass('kept')", name="second") is None
    servers.stop(project, name="second")
    assert ask(project, "SELECT value FROM kept") == 7


def test_start_succeeds_after_an_interrupted_first_start(project: Path) -> None:
    servers.reset(project)
    half = instance_of(project, "run").postgres.with_name("postgres-18.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    servers.start_postgres(project)
    assert ask(project, "SELECT 1") == 1
    assert not half.exists()


def test_programs_are_run_from_a_copy_if_the_project_is_unreachable(tmp_path: Path) -> None:
    programs = copy_programs(tmp_path)
    for name in ("initdb", "postgres", "pg_ctl", "psql"):
        done = subprocess.run([programs / "bin" / name, "--version"], env={}, capture_output=True, text=True)
        assert done.stdout.strip().split()[-1].startswith("18."), done.stderr
    assert copy_programs(tmp_path) == programs
    assert all(path.stat().st_mode & 0o055 == 0o055 for path in programs.glob("bin/*"))


def test_server_folder_of_another_user_is_refused_with_a_sentence(tmp_path: Path) -> None:
    sockets = servers.socket_folder(tmp_path)
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(servers.ServerError, match=f"{sockets} is not a folder of the user"):
            servers.start_postgres(tmp_path)
    finally:
        sockets.unlink()


def test_committed_rows_survive_a_killed_server(project: Path, instance: Instance) -> None:
    remember(project, 42)
    kill(postmaster(instance))
    servers.start(project)
    assert ask(project, "SELECT value FROM kept") == 42


def test_keys_survive_a_killed_valkey(project: Path, instance: Instance) -> None:
    valkey(project).set("kept", "42")
    valkey(project).execute_command("WAITAOF", 1, 0, 2000)  # type: ignore[no-untyped-call]
    pid = processes.pid_in(instance.valkey / "valkey.pid")
    assert pid is not None
    kill(pid)
    servers.start(project)
    assert valkey(project).get("kept") == b"42"


@pytest.mark.parametrize("content", [b"{pid}\n{data}\n", b"{pid}", b"", b"\x00\xff half"])
def test_stale_pid_file_does_not_prevent_the_start(
    project: Path, instance: Instance, stranger: int, content: bytes
) -> None:
    servers.stop(project)
    text = content.replace(b"{pid}", str(stranger).encode()).replace(b"{data}", bytes(instance.postgres))
    for path in (
        instance.postgres / "postmaster.pid",
        instance.sockets / ".s.PGSQL.5432.lock",
        instance.valkey / "valkey.pid",
    ):
        path.write_bytes(text)
        if os.geteuid() == 0:
            os.chown(path, instance.uid, instance.gid)
    servers.start(project)
    assert ask(project, "SELECT 1") == 1
    assert valkey(project).ping()
    servers.stop(project)
    assert not processes.has_ended(stranger)


def test_servers_with_deleted_sockets_are_restarted(project: Path, instance: Instance) -> None:
    remember(project, 5)
    before = postmaster(instance)
    shutil.rmtree(instance.sockets)
    servers.start(project)
    assert processes.has_ended(before)
    assert ask(project, "SELECT value FROM kept") == 5
    assert valkey(project).ping()


def test_servers_with_deleted_data_are_replaced(project: Path, instance: Instance) -> None:
    before = postmaster(instance)
    shutil.rmtree(instance.postgres)
    shutil.rmtree(instance.valkey)
    servers.start(project)
    assert processes.has_ended(before)
    assert ask(project, "SELECT to_regclass('kept')") is None
    assert valkey(project).dbsize() == 0


def test_stop_ends_both_servers_and_a_second_stop_changes_nothing(project: Path, instance: Instance) -> None:
    pids = [postmaster(instance), processes.pid_in(instance.valkey / "valkey.pid")]
    servers.stop(project)
    servers.stop(project)
    assert all(pid and processes.has_ended(pid) for pid in pids)
    assert not servers.postgres_answers(instance.sockets)


def test_reset_deletes_the_data_of_both_servers(project: Path, instance: Instance) -> None:
    remember(project, 9)
    (project / "var" / "mail").mkdir()
    servers.reset(project)
    assert all(path.match("servers-*.lock") for path in (project / "var").iterdir())
    servers.start(project)
    assert ask(project, "SELECT to_regclass('kept')") is None


@pytest.fixture
def connect(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], psycopg.Connection]:
    """Return a function that connects as the embedded database backend does."""
    monkeypatch.setattr(base, "PROJECT", project)
    monkeypatch.setattr(base, "settings", SimpleNamespace(EMBEDDED_NAME="run"))
    parameters = {"dbname": "echo", "user": "echo", "host": str(servers.socket_folder(project)), "port": 5432}
    wrapper = base.DatabaseWrapper({"OPTIONS": {}, "TIME_ZONE": None}, "embedded")
    return lambda: wrapper.get_new_connection(parameters)


def test_connection_starts_its_server(
    project: Path, instance: Instance, connect: Callable[[], psycopg.Connection]
) -> None:
    servers.stop(project)
    with connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_error_of_a_running_server_is_raised(
    project: Path, instance: Instance, connect: Callable[[], psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "PROJECT", project)
    monkeypatch.setattr(base, "settings", SimpleNamespace(EMBEDDED_NAME="run"))
    monkeypatch.setattr(servers, "start_postgres", lambda *_, **__: pytest.fail("started for nothing"))
    wrapper = base.DatabaseWrapper({"OPTIONS": {}, "TIME_ZONE": None}, "embedded")
    parameters = {"dbname": "missing", "user": "echo", "host": str(instance.sockets), "port": 5432}
    with pytest.raises(psycopg.OperationalError, match='"missing" does not exist'):
        wrapper.get_new_connection(parameters)
