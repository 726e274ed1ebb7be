"""Form fields display the portal's error sentences, never Django's own, in both languages."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from hubs.models import Hub
from tests.builders import Programme

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
    "slug": forms.SlugField(),
    "file": forms.FileField(),
    "hub": forms.ModelChoiceField(Hub.objects.all()),
}
EMPTY_FILE = SimpleUploadedFile("report.csv", b"")
SKIPPED = ("2027-03-14", "02:30:00")
DJANGOS = (
    "Ensure this",
    "No file",
    "The submitted",
    "2027",
    "This field",
    "Enter a",
    "Select a valid",
    "Null characters",
)
DJANGOS_FR = (
    "Aucun fichier",
    "Le fichier",
    "La valeur",
    "2027",
    "Assurez-vous",
    "Ce champ",
    "Saisissez",
    "Sélectionnez un choix",
    "Le caractère nul",
)


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


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "This file is empty. Choose another.",
                "The clock skips or repeats this hour",
                "Another hub has this address",
            ],
        ),
        (
            "fr",
            [
                "Ce fichier est vide.",
                "L’horloge saute ou répète cette heure",
                "Un autre carrefour a déjà cette adresse",
            ],
        ),
    ],
)
def test_empty_file_skipped_hour_and_taken_address_have_the_portals_sentences(
    programme: Programme, language: str, sentences: list[str]
) -> None:
    slug_form = forms.modelform_factory(Hub, fields=["slug"])
    with translation.override(language):
        said = [str(one) for one in slug_form({"slug": programme.bc.slug}).errors["slug"]]
        for field, value in ((forms.SplitDateTimeField(), SKIPPED), (forms.FileField(), EMPTY_FILE)):
            with pytest.raises(forms.ValidationError) as refused:
                field.clean(value)
            said[:0] = refused.value.messages
    assert [whole[: len(start)] for whole, start in zip(said, sentences, strict=True)] == sentences
