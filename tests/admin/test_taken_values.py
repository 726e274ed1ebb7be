"""If a value must be unique and another row has it, a sentence says what the rule is and what to do.

The tests run for each unique field and unique constraint in forms of the administration.
"""

import copy
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, UniqueConstraint
from django.forms import model_to_dict
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from accounts.models import PolicyVersion
from hubs.models import Hub
from sessions.models import Series, SeriesOrganisation
from tests.admin.pages import address, posted_fields
from tests.admin.registered import ADMINS
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

# The sentences for rules without one of their own (echo_portal.admin.library_words).
GENERAL = ("This is taken already", "There is already such a row", "These values do not go together")


@pytest.fixture
def request_of_staff(people: People) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = people.staff
    return request


def forms_of_admin(request: HttpRequest) -> Iterator[tuple[type[Model], set[str]]]:
    """Yield the models with the fields of their forms. Those of an inline include the relation to the page's row."""
    for model, page in ADMINS.items():
        yield model, set(page.get_form(request).base_fields)
        for inline in page.inlines:
            form = inline(model, admin.site).get_formset(request).form
            yield inline.model, {*form.base_fields, model._meta.model_name or "", model.__name__.lower()}


def rules_of(model: type[Model], names: set[str]) -> Iterator[Any]:
    yield from (field for field in model._meta.fields if field.unique and not field.primary_key and field.name in names)
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and set(rule.fields) <= names:
            yield rule


def sentence_of(rule: Any, row: Model) -> str:
    """Return the error message for a copy of the row, which has the same values."""
    twin = copy.copy(row)
    twin.pk = None
    twin._state = copy.copy(row._state)
    twin._state.adding = True
    others = {field.name for field in row._meta.fields if field is not rule}
    check = (
        partial(twin.validate_unique, others) if isinstance(rule, Field) else partial(rule.validate, type(row), twin)
    )
    with pytest.raises(ValidationError) as refused:
        check()
    return str(refused.value.messages[0])


def test_every_unique_rule_of_the_forms_has_its_own_sentence(own: HubRows, request_of_staff: HttpRequest) -> None:
    version = PolicyVersion.objects.create(applies_on="2031-01-01")
    rows: dict[Any, Any] = {**own.rows, Hub: Hub.objects.get(scope="national"), PolicyVersion: version}
    rules: dict[Any, Any] = {
        (model, rule.name): rule for model, names in forms_of_admin(request_of_staff) for rule in rules_of(model, names)
    }
    assert len(rules) > 10
    faults = []
    for (model, name), rule in rules.items():
        said = []
        for language in ("en", "fr"):
            with translation.override(language):
                said.append(sentence_of(rule, rows.get(model) or model._default_manager.all()[0]))
        if said[0] == said[1] or said[0].startswith(GENERAL) or said[0].count(".") < 2:
            faults.append((model.__name__, name, said))
    assert faults == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Another series has this address on the site. Choose another."),
        ("fr", "Une autre série a déjà cette adresse sur le site. Choisissez-en une autre."),
    ],
)
def test_form_of_a_series_says_that_its_address_is_taken(own: HubRows, language: str, sentence: str) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    taken = model_to_dict(own[Series], ["slug"])
    answer = client.post(address(Series, "add"), taken)
    assert answer.context["adminform"].form.errors["slug"] == [sentence]


def test_rows_posted_twice_are_refused_without_names_of_columns(own: HubRows, people: People) -> None:
    client = signed_in_client(people.staff)
    client.cookies["language"] = "fr"
    here = address(Series, "change", own[Series].pk)
    data = posted_fields(client, here)
    row = own[SeriesOrganisation]
    twin = {"organisation": row.organisation_id, "role": "funder", "position": 9}
    data |= {f"organisations-{number}-{name}": value for number in (1, 2) for name, value in twin.items()}
    data |= {"organisations-TOTAL_FORMS": 3}
    formsets = client.post(here, data).context["inline_admin_formsets"]
    errors = [list(one.formset.non_form_errors()) for one in formsets if one.opts.model is SeriesOrganisation]
    assert errors == [["Deux lignes ci-dessous ont les mêmes valeurs. Modifiez ou retirez l’une d’elles."]]
