"""All date fields refuse a year that is a typing error, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.admin.pages import request_of
from tests.form_classes import form_classes
from tests.people import People

pytestmark = pytest.mark.django_db

SENTENCES = {
    "en": "Check the year: %s is not between 2000 and 2100.",
    "fr": "Vérifiez l’année\u00a0: %s n’est pas comprise entre 2000 et 2100.",
}


def date_fields(people: People) -> Iterator[tuple[str, forms.Field]]:
    """Yield each date field in a form of the portal, and in the forms and inlines of the administration.

    Other forms of models are posted by tests/admin/test_desk_table.py and test_drafts.py.
    """
    request = request_of(people.staff)
    classes = [one for one in form_classes() if not issubclass(one, forms.ModelForm)]
    for page in admin.site._registry.values():
        classes.append(page.get_form(request))
        classes += [inline(page.model, admin.site).get_formset(request).form for inline in page.inlines]
    for form_class in classes:
        for name, field in getattr(form_class, "base_fields", {}).items():
            if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
                yield f"{form_class.__module__}.{form_class.__name__}.{name}", field


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("year", ["0001", "0026", "9999"])
def test_every_field_for_a_date_refuses_an_impossible_year(people: People, language: str, year: str) -> None:
    found = list(date_fields(people))
    assert len(found) > 6
    said = {}
    with translation.override(language):
        for name, field in found:
            typed: Any = f"{year}-03-16"
            try:
                said[name] = field.clean([typed, "12:00"] if isinstance(field, forms.SplitDateTimeField) else typed)
            except ValidationError as refused:
                said[name] = refused.messages
    assert said == {name: [SENTENCES[language] % year] for name in said}
