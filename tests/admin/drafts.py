"""Helpers for requests to the admin pages that create draft sessions."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from sessions.models import Series


def paste(client: Client, pasted: str, *, series: Series | None = None, **fields: Any) -> Any:
    here = reverse("admin:echo_sessions_series_paste_more", args=(series.pk,)) if series else new_series_page()
    values = {"text": pasted, "time_zone": "America/Toronto", "step": "read", **fields}
    return client.post(here, values)


def new_series_page() -> str:
    return reverse("admin:echo_sessions_series_paste")


def fields_of(answer: Any) -> dict[str, Any]:
    """Return the fields that a browser posts from the page of drafts if nobody edited them."""
    context = answer.context
    found = re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())
    data: dict[str, Any] = {"form_key": found[1] if found else ""}
    forms = [context["source"], context["drafts"].management_form, *context["drafts"].forms]
    for form in [*forms, *([context["head"]] if context["head"] else [])]:
        for field in form:
            value = field.value()
            if value not in (None, False, ""):
                data[field.html_name] = "\n".join(value) if isinstance(value, list) else value
    return data


def accept(client: Client, answer: Any, **changes: Any) -> Any:
    data = {**fields_of(answer), "step": "accept", **changes}
    return client.post(answer.wsgi_request.path, data)
