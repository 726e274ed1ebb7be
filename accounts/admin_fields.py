"""Form fields of the administration that have an accessible name."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BaseInlineFormSet, Media
from django.utils.text import capfirst


class AutocompleteNumber(AutocompleteSelect):
    """An autocomplete widget that ignores values that are not numbers, and whose search box is named after its label.

    Django's own widget fails with an error 500 for such values, and its search box has no accessible name.
    """

    @property
    def media(self) -> Media:
        return super().media + Media(js=["js/autocomplete_names.js"])

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        numbers = [one for one in value if not one or (str(one).isascii() and str(one).isdigit())]
        groups: list[Any] = super().optgroups(name, numbers, attrs)
        return groups


class NamedCells(BaseInlineFormSet):  # type: ignore[type-arg]
    """A formset whose fields have an accessible name, because in a table a column heading is not a field's label."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                widget = getattr(field.widget, "widget", field.widget)  # unwrap a select that has links beside it
                widget.attrs.setdefault("aria-label", capfirst(field.label))
