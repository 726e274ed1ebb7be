"""Forms whose texts are checked for words that may identify a patient. The writer can confirm that there are none."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as translate

from echo_portal.lib.forms import FrenchTypography
from echo_portal.lib.identifiers import Identifier, emailed_identifiers_warning, identifiers_in, identifiers_warning

CONFIRMATION = "as_written"


class PatientCheckForm(forms.Form):
    """A form that is invalid if a text may identify a patient, until the writer ticks a box.

    The field of this box, `as_written`, is added if such a text is found. `checked` contains the names of the text
    fields, and `found_identifiers` is true if one of their texts may identify a patient, also after it was confirmed.
    """

    checked: Sequence[str] = ("text",)
    found_identifiers = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        found = {name: kinds for name in self.checked if (kinds := self.identifiers_of(str(values.get(name) or "")))}
        if found:
            self.found_identifiers = True
            self.fields[CONFIRMATION] = _confirmation()
            if not self[CONFIRMATION].data:
                for name, kinds in found.items():
                    self.add_error(name, self.warning(kinds))
        return values

    def identifiers_of(self, text: str) -> list[Identifier]:
        return identifiers_in(text)

    def warning(self, found: Sequence[Identifier]) -> str:
        return identifiers_warning(found)


class EmailedTextForm(FrenchTypography, PatientCheckForm):
    """A form with texts about sessions that a hub sends by email."""

    def identifiers_of(self, text: str) -> list[Identifier]:
        return identifiers_in(text, about_sessions=True)

    def warning(self, found: Sequence[Identifier]) -> str:
        return emailed_identifiers_warning(found)


def _confirmation() -> forms.BooleanField:
    return forms.BooleanField(required=False, label=translate("No patient can be recognized: send it as it is."))
