"""A copy of all data about the signed-in person, to read and as a file (PRODUCT.md 10)."""

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.fresh_sign_in import fresh_sign_in_required
from accounts.models import Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_plain, day_in
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.views.own_data_parts import PARTS, Part, rows_of, stored_value, value_of
from echo_portal.views.own_data_values import Names, named, names_of, words_of_codes
from echo_portal.views.own_data_words import COLUMNS, HEADINGS, VOCABULARIES


@dataclasses.dataclass(frozen=True)
class Shown:
    """A table on the page: its heading, and the names and values of each row, without empty ones."""

    heading: str
    rows: list[list[tuple[str, str]]]


@require_safe
@fresh_sign_in_required(back="own_data")
def own_data(request: HttpRequest, person: Person) -> HttpResponse:
    stored = {part: rows_of(part, person) for part in PARTS}
    names = names_of(row for rows in stored.values() for row in rows)
    parts = [Shown(_heading(part), [_shown(part, row, names) for row in rows]) for part, rows in stored.items()]
    return private(render(request, "portal/own_data.html", {"parts": [part for part in parts if part.rows]}))


@require_POST
@fresh_sign_in_required(back="own_data")
def own_data_file(request: HttpRequest, person: Person) -> HttpResponse:
    """Return the same data as JSON, with names of tables and columns that never change; write an audit event."""
    record("own-data-downloaded", about=f"person:{person.pk}", by=person)
    with translation.override("en"):
        tables = {part.name: [_values(part, row) for row in rows_of(part, person)] for part in PARTS}
    data = {"format": 1, "made_at": timezone.now(), "tables": tables}
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = _("my-data")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return private(response)


def _values(part: Part, row: Model) -> dict[str, Any]:
    return {column.rpartition("__")[2]: value_of(row, column) for column in part.columns.split()}


def _heading(part: Part) -> str:
    return capfirst(str(HEADINGS.get(part.name, part.model._meta.verbose_name_plural)))


def _shown(part: Part, row: Model, names: Names) -> list[tuple[str, str]]:
    found = [(name_of(part, column), _words(row, column, names)) for column in part.columns.split()]
    return [(name, words) for name, words in found if words]


def name_of(part: Part, column: str) -> str:
    """Return the name of a column in the active language."""
    *path, last = column.split("__")
    model: Any = part.model
    for name in path:
        model = model._meta.get_field(name).related_model
    words = model._meta.get_field(last).verbose_name
    # Fields that are displayed nowhere else have no name for readers, only the one that Django makes of their code.
    return capfirst(str(COLUMNS[last] if isinstance(words, str) else words))


def _words(row: Model, column: str, names: Names) -> str:
    displayed = getattr(row, f"get_{column}_display", None)
    value = displayed() if displayed else stored_value(row, column)
    if isinstance(value, Model):
        return named(value)
    if column in VOCABULARIES:
        labels = dict(VOCABULARIES[column].choices)
        codes = value if isinstance(value, list) else [value]
        value = [labels.get(code, code) for code in codes]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date_plain(day_in(value, None), active_language())
    if isinstance(value, dt.date):
        return date_plain(value, active_language())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        words = _("%(label)s: %(value)s")
        said = {name: one for name, one in value.items() if isinstance(one, str | int) and one != ""}
        return "; ".join(words % {"label": name, "value": one} for name, one in said.items())
    return "" if value is None else words_of_codes(row, column, str(value), names)
