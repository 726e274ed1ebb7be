"""Apply migrations to stored rows inside a test's transaction, which restores the database afterwards."""

from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate_to(app: str, migration: str) -> Any:
    """Apply or reverse migrations of this app until `migration` is the last one. Return the apps with its models.

    Those of other apps stay applied: their tables are not needed, and reversing them takes seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses to alter a table with new rows
    executor = MigrationExecutor(connection)
    for one, backwards in executor.migration_plan([(app, migration)]):
        if one.app_label == app:
            before = executor.loader.project_state((app, one.name), at_end=False)
            (executor.unapply_migration if backwards else executor.apply_migration)(before, one)
    found: Apps = executor.loader.project_state((app, migration)).apps
    return found
