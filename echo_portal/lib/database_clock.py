"""The database's clock: the one that messages are sent by, whichever machine asks (SAFETY.md F18)."""

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """Aware, in UTC; rises within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT STATEMENT_TIMESTAMP()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)
