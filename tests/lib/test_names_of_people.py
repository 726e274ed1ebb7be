"""Addresses, and texts of digits and signs only, are refused as names of people."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from echo_portal.lib.forms import name_of_person
from registrations.models import Registration
from tests.builders import Programme
from tests.refused import shown_again
from tests.registrations.forms import form

SITES = ("https://elsewhere.example", "WWW.elsewhere.example", "Free: http://x.ca")
FIELD = forms.CharField(required=False)


@pytest.mark.parametrize("name", ["Élodie Tremblay", "ᐊᓗᑦ", "O’Neil 2nd", "李", ""])
def test_names_with_letters_are_accepted(name: str) -> None:
    assert name_of_person(FIELD, name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("12345", "digits-only"),
        ("1 + 1", "digits-only"),
        ("jean@x.ca", "address-as-name"),
        *((site, "address-as-name") for site in SITES),
    ],
)
def test_other_texts_are_refused(name: str, code: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        name_of_person(FIELD, name)
    assert refused.value.code == code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("12345", "Écrivez un nom, pas seulement des chiffres ou des signes."),
        ("jean@x.ca", "Écrivez ici un nom, et non une adresse courriel."),
    ],
)
def test_registration_form_refuses_other_texts_as_names(
    client: Client, programme: Programme, name: str, sentence: str
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    here = reverse("register", kwargs={"slug": series.slug}).replace("/en/", "/fr/").replace("register", "inscription")
    answer = client.post(here, form(sessions=[session.pk], name=name))
    assert sentence in shown_again(client, answer).content.decode()
    assert not Registration.objects.exists()
