"""Compute a hash of each table, so that a test can check that nothing changed."""

from django.apps import apps
from django.db import connection

ROWS = "SELECT '{0}', md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{0}\" t"
ROOMS = (
    "accounts",
    "hubs",
    "pages",
    "echo_sessions",
    "proposals",
    "registrations",
    "news",
    "attendance",
    "evaluations",
    "credits",
    "programme",
    "outbox",
)


def checksums() -> dict[str, str]:
    """Return a hash of all rows for each table of the portal's apps."""
    models = apps.get_models(include_auto_created=True)
    tables = [model._meta.db_table for model in models if model._meta.app_label in ROOMS]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(ROWS.format(table) for table in tables))
        return dict(cursor.fetchall())
