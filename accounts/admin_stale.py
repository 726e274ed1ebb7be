"""Protection against lost updates in the admin: saving a page that is older than its row is refused once.

The refused form displays the typed and the stored values. Saving it again replaces the stored values.
"""

from typing import Any

from django.forms import Field, ModelChoiceField, ModelForm, ModelMultipleChoiceField, ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext as _

# The hidden field of every change page, with the version of the row that the page displays.
SEEN = "seen_version"


class StaleFormMixin:
    """Refuse to save a page that is older than its row. `seen` and `stored` are row versions."""

    seen = stored = ""

    def clean(self) -> Any:
        values = super().clean()  # type: ignore[misc]
        if self.is_stale:
            raise ValidationError(
                _(
                    "Somebody else saved this after you opened it, so nothing was saved now. "
                    "What you typed stands below. Save again to replace what is stored."
                ),
                code="stale",
            )
        return values

    @property
    def is_stale(self) -> bool:
        return self.seen != self.stored


def stored_now(form: "ModelForm[Any]") -> list[tuple[str, str]]:
    """Return the values that a refused form would replace: label and stored value of each field that differs."""
    if not (isinstance(form, StaleFormMixin) and form.is_stale):
        return []
    return [
        (str(form[name].label), _display_value(form.fields[name], form[name].initial)) for name in form.changed_data
    ]


def _display_value(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(field, ModelMultipleChoiceField):
        return ", ".join(str(row) for row in value)
    if isinstance(field, ModelChoiceField):
        return ", ".join(str(row) for row in field.queryset.filter(pk=value)) if field.queryset is not None else ""
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(localize(one))) for one in values)
