"""Helpers for requesting pages of the administration, and for checking the text of their responses."""

import re
from typing import Any

from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Person
from tests.admin.two_hubs import CANARY


def address(model: type[Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def text_of(response: Any) -> str:
    return str(response.content.decode(errors="replace")) + str(response.headers)  # some responses are PDF files


def says(answer: Any) -> str:
    page = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", answer.content.decode())
    return re.sub(r"\s+", " ", page.replace("\u00a0", " "))


def leaks(response: Any) -> bool:
    return CANARY.casefold() in text_of(response).casefold()


def posted_fields(client: Client, page: str) -> dict[str, Any]:
    """Return the fields that a browser posts from the form of a page if nothing was edited."""
    return fields_of(client.get(page).context)


def fields_of(context: Any) -> dict[str, Any]:
    """Return the fields that a browser posts from the form in this template context if nothing was edited."""
    data: dict[str, Any] = {name: context.get(name, "") for name in ("seen_version", "seen_values")}
    all_forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        all_forms += [formset.formset.management_form, *formset.formset.forms]
    for form in all_forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                data[field.html_name] = value
            if isinstance(value, str) and isinstance(field.field.widget, forms.Textarea):
                data[field.html_name] = value.replace("\n", "\r\n")
            if isinstance(field.field, forms.SplitDateTimeField):
                data.pop(field.html_name, None)
    return data


NEW_SERIES = {
    "state": "draft",
    "slug": "new",
    "kind": "webinar",
    "language": "en",
    "title_en": "New",
    "registration_mode": "open",
    "sessions-TOTAL_FORMS": 0,
    "sessions-INITIAL_FORMS": 0,
    "organisations-TOTAL_FORMS": 0,
    "organisations-INITIAL_FORMS": 0,
}


NEW_SESSION = {
    "number": 9,
    "state": "draft",
    "title_en": "New",
    "time_zone": "America/Toronto",
    "promote_until_minutes": 120,
    "materials-TOTAL_FORMS": 0,
    "materials-INITIAL_FORMS": 0,
}


def request_of(person: Person, **query: str) -> HttpRequest:
    request = RequestFactory().get("/admin/", query)
    request.user = person
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def form_key_of(answer: Any) -> str:
    """Return the idempotency key of the form on the page."""
    found = re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]
