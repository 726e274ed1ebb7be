"""Run a command with another version of PostgreSQL: `python -m tools.with_postgres BIN-FOLDER COMMAND…`

It starts a temporary server from the programs in that folder on a Unix socket, sets DATABASE_URL, runs the command and
stops the server. Its exit code is that of the command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from echo_portal.local_servers.instance import ROLE, Instance, servers_user


def main(arguments: list[str]) -> int:
    programs, command = Path(arguments[0]).parent, arguments[1:]
    uid, gid = servers_user()
    folder = Path(tempfile.mkdtemp(prefix="echo-postgres-", dir="/tmp"))  # the path of a Unix socket must be short
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)
    instance = Instance(sockets=folder, home=folder, programs=programs, uid=uid, gid=gid)
    data = folder / "data"
    try:
        instance.run(
            [instance.program("initdb"), "-D", data, f"-U{ROLE}", "-Atrust", "-EUTF8", "--locale=C.UTF-8", "-N"]
        )
        options = f"-k {folder} -c listen_addresses='' -c timezone=UTC -c fsync=off -c max_connections=100"
        instance.run([instance.program("pg_ctl"), "start", "-w", "-s", "-D", data, "-l", folder / "log", "-o", options])
        instance.run([instance.program("createdb"), "-h", folder, "-U", ROLE, ROLE])
        environment = {**os.environ, "DATABASE_URL": f"postgresql://{ROLE}@/{ROLE}?host={folder}&port=5432"}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        if (data / "postmaster.pid").exists():
            instance.run([instance.program("pg_ctl"), "stop", "-w", "-s", "-m", "fast", "-D", data])
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
