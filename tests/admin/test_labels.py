"""All labels of the administration have a French translation: models, columns, form fields, filters, actions."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from credits.models import Accreditation
from hubs.models import Hub
from sessions.models import Series
from tests.admin.pages import address
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).resolve().parents[2]
ADMINS: "dict[type[Model], ModelAdmin[Any]]" = dict(admin.site._registry)
# Labels that are the same in both languages: their translation in the .po file equals the English text.
SAME = {
    entry.msgid.casefold()
    for entry in polib.pofile(str(PROJECT / "locale/fr/LC_MESSAGES/django.po"))
    if entry.msgid.casefold() == entry.msgstr.casefold()
}
by_model = pytest.mark.parametrize("model", ADMINS, ids=lambda model: model.__name__)


@pytest.fixture
def request_of_staff(people: People) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = people.staff
    return request


def labels_of_model(model: type[Model]) -> Iterator[tuple[str, str]]:
    yield "model", str(model._meta.verbose_name)
    yield "models", str(model._meta.verbose_name_plural)
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if field.name != "id" and (field.editable or field.is_relation):
            yield field.name, str(field.verbose_name)


def labels_of_form(page: "BaseModelAdmin[Any]", request: HttpRequest) -> Iterator[tuple[str, str]]:
    form = page.get_formset(request).form if hasattr(page, "get_formset") else page.get_form(request)  # type: ignore[attr-defined]
    for name, field in form.base_fields.items():
        yield f"form: {name}", str(field.label)
        if field.help_text:
            yield f"help: {name}", str(field.help_text)
    for heading, _options in page.get_fieldsets(request):
        if heading:
            yield "heading", str(heading)
    for name in flatten_fieldsets(page.get_fieldsets(request)):
        if name not in form.base_fields:
            yield f"read only: {name}", str(label_for_field(name, page.model, page))


def labels_of_list(page: "ModelAdmin[Any]", request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name in page.get_list_display(request):
        yield f"column: {name}", str(label_for_field(name, page.model, page))
    for spec in page.get_changelist_instance(request).filter_specs:
        yield "filter", str(spec.title)
    for name, action in page.get_actions(request).items():
        yield f"action: {name}", str(getattr(action, "description", ""))
    if page.search_help_text:
        yield "search", str(page.search_help_text)


def labels(model: type[Model], request: HttpRequest) -> Iterator[tuple[str, str]]:
    page = ADMINS[model]
    yield from labels_of_model(model)
    yield from labels_of_form(page, request)
    yield from labels_of_list(page, request)
    for inline in page.inlines:
        inside = inline(model, admin.site)
        yield from ((f"{inline.__name__}, {where}", words) for where, words in labels_of_model(inline.model))
        yield from ((f"{inline.__name__}, {where}", words) for where, words in labels_of_form(inside, request))
        yield f"{inline.__name__}", str(inside.verbose_name_plural)


def in_language(language: str, model: type[Model], request: HttpRequest) -> list[tuple[str, str]]:
    with translation.override(language):
        return list(labels(model, request))


@by_model
def test_every_label_has_a_french_translation(model: type[Model], request_of_staff: HttpRequest) -> None:
    both = zip(in_language("en", model, request_of_staff), in_language("fr", model, request_of_staff), strict=True)
    english_only = [where for (where, en), (_where, fr) in both if en == fr and en.casefold() not in SAME]
    assert english_only == []


def test_label_derived_from_a_field_name_is_reported() -> None:
    """Control: a label that Django derives from a field's name is not in the list of accepted labels."""
    field = models.CharField()
    field.set_attributes_from_name("founding_note_en")
    assert str(field.verbose_name).casefold() not in SAME


class Cells(HTMLParser):
    """Collect the names of form fields in the tables of inlines, and whether each field has an accessible name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, bool] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name") or ""
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden" and "-0-" in name:
            self.found[name] = bool(values.get("aria-label"))


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Hub, {"spokes-0-name_en", "spokes-0-name_fr", "spokes-0-province", "spokes-0-DELETE"}),
        (Series, {"organisations-0-organisation", "organisations-0-role", "organisations-0-DELETE"}),
        (Accreditation, {f"certified_sessions-0-{name}" for name in ("session", "certified_id", "DELETE")}),
    ],
)
def test_fields_in_a_table_of_a_form_have_names(
    own: HubRows, people: People, model: type[Model], fields: set[str]
) -> None:
    cells = Cells()
    cells.feed(signed_in_client(people.staff).get(address(model, "change", own.rows[model].pk)).content.decode())
    assert {name for name in cells.found if name in fields} == fields
    assert [name for name, is_named in cells.found.items() if not is_named and name in fields] == []
