"""Django's PostgreSQL backend, which starts the portal's own server if no server listens on its socket.

Because of this, all commands work on a new machine, and commands that do not use the database start no server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from echo_portal.local_servers import servers

PROJECT = Path(__file__).resolve().parents[3]


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. If no server listens, start the server of this socket folder first."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            name = settings.EMBEDDED_NAME
            folder = servers.socket_folder(PROJECT, name=name)
            if str(conn_params.get("host")) != str(folder) or servers.postgres_answers(folder):
                raise
            servers.start_postgres(PROJECT, name=name, fsync=name == "run")
            return super().get_new_connection(conn_params)
