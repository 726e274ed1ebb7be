"""Form fields display the portal's error sentences, never Django's own, in both languages."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from hubs.models import Hub

HOSTILE = ("", "\x00", "x" * 20, "9" * 20, "-9" * 5)
FIELDS: dict[str, forms.Field] = {
    "text": forms.CharField(max_length=5),
    "number": forms.IntegerField(min_value=1, max_value=9),
    "amount": forms.DecimalField(),
    "date": forms.DateField(),
    "time": forms.TimeField(),
    "moment": forms.DateTimeField(),
    "choice": forms.ChoiceField(choices=[("a", "a")]),
    "address": forms.URLField(assume_scheme="https"),
    "email": forms.EmailField(),
    "hub": forms.ModelChoiceField(Hub.objects.all()),
}
DJANGOS = ("Ensure this", "This field", "Enter a", "Select a valid", "Null characters")
DJANGOS_FR = ("Assurez-vous", "Ce champ", "Saisissez", "Sélectionnez un choix", "Le caractère nul")


@pytest.mark.parametrize(("language", "djangos"), [("en", DJANGOS), ("fr", DJANGOS_FR)])
@pytest.mark.parametrize("name", FIELDS)
def test_form_field_displays_none_of_djangos_own_error_sentences(
    db: None, name: str, language: str, djangos: tuple[str, ...]
) -> None:
    with translation.override(language):
        said = []
        for value in HOSTILE:
            try:
                FIELDS[name].clean(value)
            except forms.ValidationError as error:
                said += error.messages
        assert said != []
        assert [sentence for sentence in said if sentence.startswith(djangos)] == []
