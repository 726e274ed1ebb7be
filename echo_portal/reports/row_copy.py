"""The rows of `row_exports`, written by PostgreSQL's COPY for large exports. A test compares both versions."""

import functools
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import DateField, F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from echo_portal.lib.csv_file import FORMULA_STARTS, csv_lines
from echo_portal.lib.dates import is_french
from echo_portal.reports import row_exports
from echo_portal.reports.row_exports import KINDS, Column, header
from echo_portal.reports.selection import Selection

BLOCK = 64  # bytes, of SHA-256
SPACES = "".join(chr(one) for one in range(0x3001) if chr(one).isspace()) + '"\ufeff'
START_OF_FORMULA = rf"(^|[,;\t\n])(?=[{re.escape(SPACES)}]*[{re.escape(FORMULA_STARTS)}])"
NOT_IN_A_CELL = "[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]"  # replaced by spaces


def copied_header(kind: str, language: str, *, french_header: bool = False) -> bytes:
    return "".join(csv_lines([header(kind, french=french_header)], language)).encode()


def copied_lines(kind: str, selection: Selection, sessions: list[int], language: str) -> Iterator[tuple[bytes, int]]:
    """Yield parts of the file with the rows of these sessions, each with its number of rows, using one query."""
    columns, rows_of = KINDS[kind]
    named = {f"copied_{number}": _expression(column, language) for number, column in enumerate(columns)}
    rows = rows_of(selection).filter(session__in=sessions).order_by("session__on_date", "session", "pk")
    sql, params = rows.annotate(**named).values_list(*named).query.sql_with_params()
    separator = ";" if is_french(language) else ","
    with connection.cursor() as cursor:
        copying = f"COPY ({sql}) TO STDOUT (FORMAT csv, DELIMITER '{separator}')"
        with cursor.copy(copying, params) as pieces:
            for piece in pieces:
                content = bytes(piece)
                yield content, content.count(b"\n")


def _expression(column: Column, language: str) -> Combinable:
    match column.written:
        case row_exports.person_code:
            return _person(column.path)
        case row_exports.codes:
            template = """array_to_string(ARRAY(SELECT unnest(%(expressions)s) COLLATE "C" ORDER BY 1), ' ')"""
            return _text(Func(F(column.path), template=template, output_field=TextField()))
        case row_exports.day:
            template = "(%(expressions)s AT TIME ZONE 'UTC')::date"
            return Func(F(column.path), template=template, output_field=DateField())
        case row_exports.is_rural:
            template = "CASE WHEN (%(expressions)s) <> '' THEN (substr(%(expressions)s, 2, 1) = '0')::int END"
            return Func(F(column.path), template=template, output_field=models.IntegerField())
        case _:
            return _plain(column, language)


def _plain(column: Column, language: str) -> Combinable:
    field = _field(column)
    if isinstance(field, models.DecimalField):
        mark = "," if is_french(language) else "."
        return Func(
            Cast(F(column.path), TextField()), Value("."), Value(mark), function="replace", output_field=TextField()
        )
    return _text(F(column.path)) if isinstance(field, models.CharField) else F(column.path)


def _field(column: Column) -> Any:
    """Return the model field of a column's path, which has the same name in all kinds of rows that have this column."""
    for columns, rows_of in KINDS.values():
        if column in columns:
            field: Any = None
            model: Any = rows_of.model
            for name in column.path.split("__"):
                field = model._meta.get_field(name)
                model = field.related_model
            return field
    raise LookupError(column.code)


def _text(value: Combinable) -> Combinable:
    """Return an expression for the text that `safe_cell` returns, with NULL for an empty text.

    COPY writes nothing for NULL, but quotation marks for an empty text.
    """
    lines = Func(Cast(value, TextField()), Value("\r\n?"), Value("\n"), Value("g"), function="regexp_replace")
    kept = Func(lines, Value(NOT_IN_A_CELL), Value(" "), Value("g"), function="regexp_replace")
    safe = Func(kept, Value(START_OF_FORMULA), Value("\\1'"), Value("g"), function="regexp_replace")
    return Func(safe, Value(""), function="nullif", output_field=TextField())


def _person(path: str) -> Combinable:
    """Return an expression for the HMAC of `salted_hmac`: SHA-256 of the padded key and of the inner SHA-256."""
    inner, outer = _pads(settings.SECRET_KEY)
    template = (
        "left(encode(sha256(%(outer)s || sha256(%(inner)s || convert_to((%(expressions)s)::text, 'UTF8'))), 'hex'), 12)"
    )
    return Func(
        F(path),
        template=template,
        outer=f"'\\x{outer.hex()}'::bytea",
        inner=f"'\\x{inner.hex()}'::bytea",
        output_field=TextField(),
    )


@functools.cache
def _pads(secret: str) -> tuple[bytes, bytes]:
    key = hashlib.sha256((row_exports.SALT + secret).encode()).digest().ljust(BLOCK, b"\0")
    return bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)
