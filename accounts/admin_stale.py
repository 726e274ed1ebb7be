"""Prevent lost updates in the admin. If the row was changed after the page was opened, the first attempt to save fails.

The form is then displayed again with the typed and the stored values. Fields that the person did not edit contain the
stored values, so that saving again changes only the edited fields.
"""

import datetime as dt
import json
from typing import Any

from django.db.models import Model
from django.forms import (
    BoundField,
    CheckboxInput,
    Field,
    ModelChoiceField,
    ModelMultipleChoiceField,
    MultiWidget,
    ValidationError,
    Widget,
)
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext as _

from accounts.admin_dates import date_in_words
from accounts.models import AuditEvent, Person

# The hidden field of every change page, with the version of the row that the page displays.
SEEN = "seen_version"
# The hidden field with the values that the page displays, as JSON: lists of texts by name of the HTML field.
SEEN_VALUES = "seen_values"

type Texts = dict[str, list[str]]


class StaleFormMixin:
    """A form mixin that refuses to save if the row was changed after the page was opened.

    `seen` is the version of the row when the page was opened, and `stored` is its current version.
    """

    seen = stored = ""
    seen_values: Texts = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data: Any = self.__dict__["data"]
        if self.is_stale and isinstance(data, QueryDict):
            self.__dict__["data"] = data = data.copy()
            keep_stored_values(data, self, self.seen_values)

    def clean(self) -> Any:
        values = super().clean()  # type: ignore[misc]
        if self.is_stale:
            raise ValidationError(
                _(
                    "Somebody else saved this after you opened it, so nothing was saved now. "
                    "Below, the fields that you changed contain what you typed, and the others what is stored. "
                    "Save again to save your changes."
                ),
                code="stale",
            )
        return values

    @property
    def is_stale(self) -> bool:
        return self.seen != self.stored


def read_seen_values(text: str) -> Texts:
    """Return the values that the page displayed when it was opened; none if the posted text has another format."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: [str(one) for one in texts] for name, texts in values.items() if isinstance(texts, list)}


def displayed_values(form: Any) -> Texts:
    """Return the values that a browser posts if nobody edits the form, keyed by name of the HTML field."""
    values: Texts = {}
    for field in form:
        values |= _as_posted(field)
    return values


def keep_stored_values(data: QueryDict, form: Any, seen: Texts) -> None:
    """In the posted `data`, replace the values of fields that the person did not edit by the stored values."""
    for name, texts in displayed_values(form).items():
        if name in seen and sorted(_normal(data.getlist(name))) == sorted(seen[name]):
            data.setlist(name, texts)


def stored_now(form: Any) -> list[tuple[str, str, str]]:
    """Return a tuple of label, stored value and typed value for each field that this person or somebody else changed.

    The typed value is empty if this person did not change the field.
    """
    if not getattr(form, "is_stale", False):
        return []
    found = []
    for name, field in form.fields.items():
        now = _as_posted(form[name])
        if name in form.changed_data:
            mine = _display_value(field, form.cleaned_data.get(name, form[name].value()))
        elif all(form.seen_values.get(part, texts) == texts for part, texts in now.items()):
            continue
        else:
            mine = ""
        found.append((str(form[name].label), _display_value(field, form[name].initial), mine))
    return found


def saved_last_by(row: Model) -> Person | None:
    """Return the person of the last audit event about the row, or None."""
    about = f"{row._meta.model_name}:{row.pk}"
    last = AuditEvent.objects.filter(about=about).order_by("-pk").first()
    return Person.objects.filter(pk=last.actor_id).first() if last and last.actor_id else None


def _as_posted(field: BoundField) -> Texts:
    whole: Any = field.field.widget
    widget = getattr(whole, "widget", whole)
    if isinstance(field.field.widget, MultiWidget):
        parts = zip(widget.widgets_names, widget.widgets, widget.decompress(field.initial), strict=True)
        return {f"{field.html_name}{suffix}": _texts(one, value) for suffix, one, value in parts}
    return {field.html_name: _texts(widget, field.field.prepare_value(field.initial))}


def _texts(widget: Widget, value: Any) -> list[str]:
    if isinstance(widget, CheckboxInput):
        return ["True"] if value else []
    shown: Any = widget.format_value(value)
    return _normal(shown if isinstance(shown, list | tuple) else [shown])


def _normal(texts: Any) -> list[str]:
    """Return the non-empty texts, with normalized line breaks and values of checked boxes."""
    return ["True" if text == "on" else str(text).replace("\r\n", "\n").strip() for text in texts if text]


def _display_value(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, dt.date | dt.time):
        return date_in_words(value)
    if isinstance(field, ModelMultipleChoiceField):
        return ", ".join(str(row) for row in value)
    if isinstance(field, ModelChoiceField):
        value = getattr(value, "pk", value)
        return ", ".join(str(row) for row in field.queryset.filter(pk=value)) if field.queryset is not None else ""
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(localize(one))) for one in values)
