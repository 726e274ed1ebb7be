"""Helpers for posting the table in which the sessions of a series are edited."""

from typing import Any

from django.test import Client
from django.urls import reverse

from sessions.models import Series, Session


def table_of(series: Series) -> str:
    return reverse("admin:echo_sessions_series_table", args=(series.pk,))


def name_of(session: Session, field: str) -> str:
    return f"s{session.pk}-{field}"


def fields_of_table(context: Any) -> dict[str, Any]:
    """Return the fields that a browser posts from the table if nothing was edited."""
    table = context["table"]
    data: dict[str, Any] = {**table.seen, "step": "save"}
    for form in (*table.rows, table.new, table.links, table.notes):
        for field in form:
            value = field.value()
            if not field.field.disabled:
                shown = field.field.widget.format_value(field.field.prepare_value(value))
                data[field.html_name] = "" if shown is None else shown[0] if isinstance(shown, list) else shown
    return data


def posted(client: Client, series: Series, **typed: Any) -> dict[str, Any]:
    return {**fields_of_table(client.get(table_of(series)).context), **typed}


def save(client: Client, series: Series, **typed: Any) -> Any:
    return client.post(table_of(series), posted(client, series, **typed), follow=True)


def commit(client: Client, series: Series, preview: Any) -> Any:
    """Post the form of the preview, which saves the table."""
    data = {**dict(preview.context["sent_values"]), "step": "commit", "emails": preview.context["emails"]}
    return client.post(table_of(series), data, follow=True)
