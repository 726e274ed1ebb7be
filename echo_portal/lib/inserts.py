"""One row, one statement: whether it was there already is told by the database in the same breath.

Django's `bulk_create(ignore_conflicts=True)` does not say which rows it wrote, so a second question would be needed.
"""

import functools

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


def insert_unless_there(row: Model) -> bool:
    """Inserts the row and gives it its id; False where one of its unique keys is taken (then nothing changed).

    Waits for a transaction that has inserted the same key and has not ended; true also if that one is rolled back.
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
