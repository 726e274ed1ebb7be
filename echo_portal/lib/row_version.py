"""Which writing of a row somebody has before her, so that a second one is not written over unseen (SAFETY.md F16)."""

from django.db import connection
from django.db.models import Model


def row_version(row: Model) -> str:
    """PostgreSQL's own mark of the last transaction that wrote the row; empty when the row is gone.

    Locks the row in a transaction that is under way: nobody writes between this answer and one's own commit.
    """
    table, key = connection.ops.quote_name(row._meta.db_table), connection.ops.quote_name(row._meta.pk.column)
    lock = "FOR NO KEY UPDATE" if connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text FROM {table} WHERE {key} = %s {lock}", [row.pk])  # noqa: S608 (names of models)
        found = cursor.fetchone()
    return found[0] if found else ""
