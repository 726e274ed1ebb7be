"""Pallium staff see what would be erased and what is kept, and erase a person after a fresh second factor."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent, Person
from echo_portal.admin.people import name_of
from tests.admin.pages import address, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(people: People) -> Client:
    return signed_in_client(people.staff)


def erase_page(person: Person) -> str:
    return address(Person, "erase", person.pk)


def test_page_says_what_is_erased_and_kept_and_changes_nothing(own: HubRows, staff: Client) -> None:
    person, before = own[Person], checksums()
    page = says(staff.get(erase_page(person)))
    for words in (
        "OWNHUB-person",
        "Messages: 1",
        "Attendances: 1",
        "Certificates: 1",
        "The name “OWNHUB-person” is kept until",
        "1 place in a session to come is given back.",
        "This cannot be undone.",
    ):
        assert words in page, words
    assert checksums() == before


def test_french_page_uses_french_names_only(own: HubRows, staff: Client) -> None:
    answer = staff.get(erase_page(own[Person]), headers={"accept-language": "fr"})
    assert "Présences : 1" in says(answer)
    assert "Effacer les données d’une personne" in says(answer)
    with translation.override("en"):
        english = {name_of(model).capitalize() for model in apps.get_models()}
    shown = [name for name, _number in answer.context["erased"]]
    assert set(shown) & english == {"Messages"}


def test_person_is_erased_after_their_address_is_typed(own: HubRows, staff: Client) -> None:
    person, before = own[Person], checksums()
    for form, sentence in (
        ({"reason": "", "address": person.email}, "Choose why the data is erased."),
        ({"reason": "asked", "address": ""}, "Type the address as it is written above."),
        ({"reason": "asked", "address": "other@example.org"}, "This is not the address of this person."),
        ({"reason": "angry", "address": person.email}, "Choose why the data is erased."),
    ):
        assert sentence in says(staff.post(erase_page(person), form)), sentence
    assert checksums() == before
    form = {"reason": "asked", "address": f" {person.email.upper()}"}
    page = says(staff.post(erase_page(person), form, follow=True))
    assert "The data of this person is erased." in page
    assert Person.objects.get(pk=person.pk).is_erased
    assert [person.email in page, erase_page(person) in page, 'name="name"' in page] == [False, False, False]
    assert AuditEvent.objects.get(verb="person-erased").details["reason"] == "asked"
    history = says(staff.get(address(Person, "history", person.pk)))
    assert "The data of the person was erased. Records of credits are kept." in history


def test_erasing_asks_for_a_fresh_second_factor(own: HubRows, staff: Client) -> None:
    form = {"reason": "asked", "address": own[Person].email}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        answer = staff.post(erase_page(own[Person]), form)
    assert "2fa" in answer["Location"]
    assert not Person.objects.get(pk=own[Person].pk).is_erased


def test_only_pallium_staff_open_the_page(own: HubRows, coordinator_client: Client) -> None:
    page = erase_page(own[Person])
    form = {"reason": "asked", "address": own[Person].email}
    answers = [coordinator_client.get(page), coordinator_client.post(page, form)]
    missing = coordinator_client.get(reverse("admin:accounts_person_erase", args=(999999,)))
    assert [answer.status_code for answer in (*answers, missing)] == [403, 403, 403]
    assert not Person.objects.get(pk=own[Person].pk).is_erased


def test_page_of_the_person_leads_to_it_or_says_why_not(own: HubRows, people: People, staff: Client) -> None:
    assert erase_page(own[Person]) in says(staff.get(address(Person, "change", own[Person].pk)))
    page = says(staff.get(erase_page(own.coordinator)))
    assert "This person has a role in the programme. End it first." in page
    assert "<form method" not in page.partition('id="content"')[2]


def test_erased_person_without_a_name_is_in_the_list(people: People, staff: Client) -> None:
    staff.post(erase_page(people.ama), {"reason": "mistake", "address": people.ama.email})
    assert ">Erased person</a>" in says(staff.get(address(Person, "changelist")))


def test_each_table_has_a_name_in_both_languages(db: None) -> None:
    models = [model for model in apps.get_models() if not isinstance(model._meta.verbose_name_plural, str)]
    assert len(models) > 40
    with translation.override("fr"):
        french = {model: name_of(model) for model in models}
    assert all(french.values())
