"""Apply migrations to stored rows inside a test's transaction, which restores the database afterwards."""

from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate_to(app: str, migration: str) -> Any:
    """Apply or reverse migrations of this app until `migration` is the last one. Return the apps with its models.

    Migrations of other apps that depend on reversed ones are reversed too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses to alter a table with new rows
    executor = MigrationExecutor(connection)
    executor.migrate([(app, migration)])
    found: Apps = MigrationExecutor(connection).loader.project_state([(app, migration)]).apps
    return found
