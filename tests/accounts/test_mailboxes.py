"""Addresses are stored as mail servers write them. Addresses that look like others or are undeliverable are refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from accounts.actions import prove_mailbox, request_sign_in_code
from accounts.models import Person, SignInCode
from echo_portal.lib.forms import mailbox
from hubs.forms import HubForm
from hubs.models import Hub
from registrations.models import Registration
from tests.admin.pages import request_of
from tests.builders import Programme
from tests.form_classes import form_classes
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import form

LOOKALIKES = [
    "ſmith@hospital.example",
    "smıth@hospital.example",
    "smith\u200b@hospital.example",
    "ｓmith@hospital.example",
]
UNREACHABLE = [
    "root@localhost",
    "root@localhost.localdomain",
    "root@echo.localhost",
    "x@[127.0.0.1]",
    "x@127.0.0.1",
    "x@b.example.",
    f"x@{'.'.join(['ü'] * 100)}",
    f"x@{'ü' * 100}.example",
    f"{'x' * 65}@hospital.example",
]


@pytest.mark.parametrize("typed", [*LOOKALIKES, *UNREACHABLE])
def test_address_that_is_not_a_mailbox_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        mailbox(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("n@straße.example", "n@xn--strae-oqa.example"),
        ("n@βόλος.example", "n@xn--nxasmm1c.example"),
        ("n@نامه‌ای.example", "n@xn--mgba3gch31f060k.example"),
        ("Marie.Roy+echo@SANTÉ.example", "Marie.Roy+echo@xn--sant-epa.example"),
        ("o'neil@hospital.example", "o'neil@hospital.example"),
    ],
)
def test_domain_is_encoded_with_idna_2008(typed: str, stored: str) -> None:
    assert mailbox(typed) == stored


@pytest.mark.django_db
@pytest.mark.parametrize("typed", LOOKALIKES)
def test_lookalike_address_registers_nobody_and_does_not_change_the_owner(
    client: Client, programme: Programme, people: People, typed: str
) -> None:
    series, sessions = programme.open_series(sessions=1)
    owner = people.make("smith@hospital.example", "Jo Smith")
    answer = client.post(
        reverse("register", kwargs={"slug": series.slug}), form(email=typed, sessions=[sessions[0].pk])
    )
    assert list(shown_again(client, answer).context["form"].errors) == ["email"]
    assert client.post(reverse("sign_in"), {"email": typed}).status_code == 303
    assert not Registration.objects.exists()
    assert list(Person.objects.values_list("pk", "email")) == [(owner.pk, "smith@hospital.example")]


@pytest.mark.django_db
def test_lookalike_contact_address_of_a_hub_is_refused() -> None:
    form_class = modelform_factory(Hub, form=HubForm, fields=["contact_email"])
    assert list(form_class({"contact_email": "kontakt@hub.example", "languages": []}).errors) == []
    assert list(form_class({"contact_email": "kontıkt@hub.example", "languages": []}).errors) == ["contact_email"]


@pytest.mark.django_db
def test_proving_a_mailbox_saves_the_spelling_that_was_typed(people: People) -> None:
    person = people.make("ama.okpik@hospital.example", "Ama Okpik")
    Person.objects.filter(pk=person.pk).update(mailbox_proved_at=None)
    request_sign_in_code(email="Ama.Okpik@Hospital.example", language="en")
    prove_mailbox(code=SignInCode.objects.get())
    assert Person.objects.get().email == "Ama.Okpik@Hospital.example"


def forms_with_an_address(people: People) -> Iterator[tuple[Any, str]]:
    """Yield each form class of the portal and its administration, with each of its fields for an address."""
    of_admin = [page.get_form(request_of(people.staff)) for page in admin.site._registry.values()]
    for form_class in {*form_classes(), *of_admin}:
        for name, field in getattr(form_class, "base_fields", {}).items():
            if isinstance(field, forms.EmailField):
                yield form_class, name


def test_browsers_do_not_encode_addresses_by_rules_of_their_own(people: People) -> None:
    """Chromium sends n@strasse.example for n@straße.example in an input of the type "email"."""
    of_type_email = {
        (form_class.__name__, name)
        for form_class, name in forms_with_an_address(people)
        if form_class.base_fields[name].widget.input_type == "email"
    }
    assert of_type_email == set()


def test_every_form_refuses_an_address_that_is_not_a_mailbox(people: People) -> None:
    found = {(form_class.__name__, name): form_class for form_class, name in forms_with_an_address(people)}
    assert len(found) >= 9
    accepted = []
    for (class_name, name), form_class in found.items():
        for typed in (*LOOKALIKES, *UNREACHABLE):
            form = form_class.__new__(form_class)
            form.cleaned_data, form.data = {name: typed}, {}
            try:
                getattr(form, f"clean_{name}", dict)()
                accepted.append((class_name, name, typed))
            except ValidationError:
                pass
    assert accepted == []
