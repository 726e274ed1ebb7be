"""Form fields of the administration whose names screen readers say."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BaseInlineFormSet, Media
from django.utils.text import capfirst


class AutocompleteNumber(AutocompleteSelect):
    """An autocomplete widget that ignores values that are not numbers, and whose box has the name of its label.

    Django's widget fails with an error 500 for them, and leaves the box without a name.
    """

    @property
    def media(self) -> Media:
        return super().media + Media(js=["js/autocomplete_names.js"])

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        numbers = [one for one in value if not one or (str(one).isascii() and str(one).isdigit())]
        groups: list[Any] = super().optgroups(name, numbers, attrs)
        return groups


class NamedCells(BaseInlineFormSet):  # type: ignore[type-arg]
    """The formset of a table: each field has a name for screen readers, because the head of its column is no label."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                widget = getattr(field.widget, "widget", field.widget)  # without the links beside a drop-down list
                widget.attrs.setdefault("aria-label", capfirst(field.label))
