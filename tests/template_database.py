"""A database with all migrations applied, which every test database is a copy of.

Migrations take seconds and a copy takes a fraction of one. The template is created once for each content of the
migrations and of the requirements, and kept for later runs on the same server.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "migrated_"
LOCK = 0x6563686F  # any number that no other lock has


def template_database() -> str:
    """Return the name of the template. The first process creates it, and the others wait for it."""
    name = PREFIX + _fingerprint()
    with server_connection() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until the connection is closed
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = [row[0] for row in rows]
        if name not in found:
            for old in found:
                server.execute(f'DROP DATABASE IF EXISTS "{old}"')
            unfinished = f"{PREFIX}unfinished"
            server.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(unfinished)
            server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


@contextlib.contextmanager
def server_connection() -> Iterator[Any]:
    """Connect to the tests' server, in no transaction, because databases are not created in one."""
    wrapper = connections["default"]
    where = {**wrapper.get_connection_params(), "dbname": "postgres"}
    with contextlib.closing(wrapper.get_new_connection(where)) as connection:
        connection.autocommit = True
        yield connection


def _fingerprint() -> str:
    files = [PROJECT / "requirements.txt", *sorted(PROJECT.glob("*/migrations/*.py"))]
    files += sorted(PROJECT.glob("echo_portal/*/migrations/*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _migrate(name: str) -> None:
    usual = connections["default"]
    connection = connections.create_connection("default")
    connection.settings_dict = {**settings.DATABASES["default"], **usual.settings_dict, "NAME": name, "CONN_MAX_AGE": 0}
    connections["default"] = connection
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connections["default"] = usual
