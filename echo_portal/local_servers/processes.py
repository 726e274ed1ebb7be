"""Inspect and end processes by their IDs, on systems with /proc and on macOS."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")


def pid_in(path: Path) -> int | None:
    """Return the process ID on the first line of a file, or None."""
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 1 else None


def exists(pid: int) -> bool:
    """Return whether the process exists. This is also true for a zombie and for another user's process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(pid: int) -> str:
    """Return the process's arguments separated by spaces, or "" if it has ended or is not readable."""
    if (PROC / "self").exists():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def works_in(pid: int, program: str, folder: Path) -> bool:
    """Return whether the process runs this program with this working folder, even if the folder was deleted."""
    said = command_line(pid)
    if program not in Path(said.split(" ", 1)[0]).name:
        return False
    if not (PROC / "self").exists():
        return str(folder.parent) in said
    try:
        return str((PROC / str(pid) / "cwd").readlink()).removesuffix(" (deleted)") == str(folder)
    except OSError:
        return False


def has_ended(pid: int) -> bool:
    """Return whether the process no longer exists, or is a zombie for which its parent has not waited."""
    if not exists(pid):
        return True
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def end(pid: int | None, first: signal.Signals, *, patience: float = 20.0) -> None:
    """End a process: send a signal, wait `patience` seconds, then send stronger signals.

    The caller must make sure that the process belongs to the portal.
    """
    if pid is None:
        return
    for number, seconds in ((first, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if has_ended(pid):
                return
            time.sleep(0.02)
    raise TimeoutError(f"Process {pid} does not end.")
