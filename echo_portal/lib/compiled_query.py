"""Querysets whose SQL is compiled once per process, because compiling takes four times as long as executing them.

    @compiled_query
    def running_series(now: datetime, *, limit: int) -> QuerySet[Series]:
        return Series.objects.filter(sessions__over_at__gt=now)[:limit]

    running_series(timezone.now(), limit=8)  # a list of instances, as list() of the queryset

Positional arguments are query parameters: datetimes, numbers, strings, UUIDs, or lists of numbers used with `__in` (an
empty list returns no rows). The SQL may contain each of them several times, but must not depend on their values.
Keyword arguments may change the SQL; each combination is compiled separately. If a parameter in the SQL is not the
argument itself, such as `number + 1`, the plain queryset is used.
"""

import copy
import datetime as dt
import functools
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

MAX_STATEMENTS = 200  # combinations of keyword arguments kept per function


def compiled_query[Row: Model](build: Callable[..., QuerySet[Row]]) -> Callable[..., list[Row]]:
    """Decorate a function that returns a queryset of model instances; it may use only() and select_related()."""
    texts: dict[tuple[Any, ...], _Statement | None] = {}

    @functools.wraps(build)
    def read(*values: Any, **choices: Any) -> list[Row]:
        if any(value == [] for value in values):
            return []
        key = (*map(type, values), *sorted(choices.items()))
        if key not in texts:
            if len(texts) >= MAX_STATEMENTS:
                texts.clear()
            texts[key] = _compile(build, values, choices)
        text = texts[key]
        return text.read(values) if text is not None else list(build(*values, **choices))

    read.uncompiled = build  # type: ignore[attr-defined]
    return read


class _Statement:
    """The compiled SQL, the positions of its parameters, and Django's compiler, which converts rows to instances."""

    def __init__(self, queryset: QuerySet[Any], sql: str, params: list[Any], places: dict[int, int]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.compiler.as_sql()
        self.sql, self.params, self.places = sql, params, places

    def read(self, values: tuple[Any, ...]) -> list[Any]:
        params = list(self.params)
        for place, index in self.places.items():
            params[place] = values[index]
        return list(ModelIterable(_CompiledQuerySet(self, tuple(params))))  # type: ignore[arg-type]


class _CompiledQuerySet:
    """The attributes and methods of a queryset and its query that Django's ModelIterable uses."""

    db = DEFAULT_DB_ALIAS

    def __init__(self, text: _Statement, params: tuple[Any, ...]) -> None:
        self.query = self
        self.model = text.queryset.model
        self._fetch_mode = text.queryset._fetch_mode  # type: ignore[attr-defined]
        self._known_related_objects: dict[Any, Any] = {}
        self._text, self._params = text, params

    def get_compiler(self, using: str) -> Any:
        compiler = copy.copy(self._text.compiler)
        compiler.connection = connections[using]  # the connection of the current thread
        compiler.as_sql = lambda: (self._text.sql, self._params)
        return compiler


def _compile(
    build: Callable[..., QuerySet[Any]], values: tuple[Any, ...], choices: dict[str, Any]
) -> _Statement | None:
    placeholders = [_placeholder_for(value, index) for index, value in enumerate(values)]
    queryset = build(*placeholders, **choices)
    if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
        return None
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:  # a placeholder value that the field cannot hold
        return None
    lists = {index for index, value in enumerate(values) if isinstance(value, list)}
    bare = [placeholder[0] if index in lists else placeholder for index, placeholder in enumerate(placeholders)]
    places = {
        place: bare.index(param) for place, param in enumerate(params) if type(param) is not bool and param in bare
    }
    if set(places.values()) != set(range(len(values))):
        return None
    for place in sorted(place for place, index in places.items() if index in lists):
        sql = _any_of(sql, place)
    return _Statement(queryset, sql, list(params), places)


def _placeholder_for(value: Any, index: int) -> Any:
    """Return a value of the same type that occurs nowhere else in the query, to find the parameter's positions."""
    match value:
        case dt.datetime():
            return dt.datetime(1, 1, 1 + index, 3, 7, 13, 509, tzinfo=dt.UTC)
        case dt.date():
            return dt.date(1, 2, 1 + index)
        case uuid.UUID():
            return uuid.UUID(int=0x5EAD_BEEF_0000 + index)
        case str():
            return f"stand-in-{index}-6c1d"
        case int():
            return 2_000_161_700 + index
        case list():
            return [2_000_261_700 + index]
    raise TypeError(f"{type(value).__name__} cannot be a value of a query that is written once")


def _any_of(sql: str, place: int) -> str:
    """Return the SQL with `= ANY(%s)` for `IN (%s)`, because it accepts a list of any length as one parameter."""
    found = list(re.finditer(r"%s", sql))[place]
    before, after = sql[: found.start()], sql[found.end() :]
    if not (before.endswith("IN (") and after.startswith(")")):
        raise TypeError("a list can only be used with __in")
    return f"{before.removesuffix('IN (')}= ANY(%s{after}"
