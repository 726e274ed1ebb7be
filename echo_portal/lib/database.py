"""PostgreSQL features that the ORM lacks: its clock, inserts that say whether a row is new, row versions and locks."""

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError
from django.db import ProgrammingError, connection, connections
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


def database_now() -> dt.datetime:
    """Return the database's current time as an aware datetime in UTC. It advances within a transaction.

    All workers compare due times with this clock instead of their own (SAFETY.md F18).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT STATEMENT_TIMESTAMP()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)


def insert_unless_there(row: Model) -> bool:
    """Insert the row, set its primary key and return True; return False if a row with one of its unique keys exists.

    If another transaction that has not ended has inserted the same key, this waits for it. `bulk_create` with
    `ignore_conflicts=True` does not report which rows it inserted.
    """
    model = type(row)
    fields = tuple(
        field
        for field in model._meta.local_concrete_fields
        if not field.primary_key and not isinstance(getattr(row, field.attname), DatabaseDefault)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _text(model, fields), [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        )
        found = cursor.fetchone()
    if found is None:
        return False
    row.pk = found[0]
    row._state.adding = False
    row._state.db = connection.alias
    return True


@functools.cache
def _text(model: type[Model], fields: tuple[Field, ...]) -> str:  # type: ignore[type-arg]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    key = quote(str(model._meta.pk.column))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING RETURNING {key}"  # noqa: S608


def row_version(row: Model) -> str:
    """Return PostgreSQL's ID of the last transaction that wrote the row, or "" if the row was deleted.

    Forms contain it, so that a second editor does not overwrite the changes of the first (SAFETY.md F16). In a
    transaction, the row is locked, so that it cannot change before the commit.
    """
    return row_versions(type(row), [row.pk]).get(row.pk, "")


def row_versions(model: type[Model], keys: Sequence[Any]) -> dict[Any, str]:
    """Return the `row_version` of each row by primary key, using one query.

    Rows are locked in the order of their keys.
    """
    columns = (model._meta.db_table, str(model._meta.pk.column))
    table, key = map(connection.ops.quote_name, columns)
    lock = "FOR NO KEY UPDATE" if connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, xmin::text FROM {table} WHERE {key} = ANY(%s) ORDER BY {key} {lock}",  # noqa: S608 (names of models)
            [list(keys)],
        )
        return dict(cursor.fetchall())


@contextmanager
def only_worker(name: str) -> Iterator[bool]:
    """Yield whether no other process is in a block with this name.

    The lock is released at the end of the block, or if the connection is lost.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


@contextmanager
def outside_transaction() -> Iterator[Callable[[str, Sequence[Any]], None]]:
    """Yield a function that runs an SQL statement on another connection and commits it at once.

    A long transaction saves its progress with it. The statement must not need a row that the transaction has locked.
    """
    other = connections.create_connection("default")

    def run(statement: str, values: Sequence[Any]) -> None:
        with other.cursor() as cursor:
            cursor.execute(statement, values)

    try:
        yield run
    finally:
        other.close()


@contextmanager
def tables_of_migrations() -> Iterator[None]:
    """Raise CommandError with a sentence if a command is run in a database that was not migrated."""
    try:
        yield
    except ProgrammingError as error:
        if type(error.__cause__).__name__ not in ("UndefinedTable", "UndefinedColumn"):
            raise
        raise CommandError("The database is not up to date. Run manage.py migrate first.") from error
