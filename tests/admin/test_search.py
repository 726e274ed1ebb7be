"""Searches in the administration ignore case, accents, quotation marks and hyphens."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.admin_search import is_stored_folded
from accounts.models import AuditEvent, Person
from credits.models import Accreditation
from echo_portal.outbox.models import Message, Suppression
from hubs.models import Hub, Membership, Organisation
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

NAME = "L’Île-d’Orléans Œuvre"
TYPED = [
    "L’Île-d’Orléans",
    "l'ile-d'orleans",
    "ILE D'ORLEANS",
    unicodedata.normalize("NFD", "Île"),
    "l‘île\u2011d’orléans",
    "oeuvre ile",
]


def found(client: Client, model: type[Model], term: str) -> int:
    page = client.get(address(model, "changelist"), {"q": term})
    assert page.status_code == 200
    return int(page.context["cl"].result_count)


@pytest.fixture
def named(own: HubRows) -> HubRows:
    """Set the names of the hub's rows to the name that the tests search for."""
    Series.objects.filter(pk=own[Series].pk).update(title_fr=NAME)
    Session.objects.filter(pk=own[Session].pk).update(title_fr=NAME)
    Hub.objects.filter(pk=own.hub.pk).update(name_fr=NAME)
    Organisation.objects.filter(pk=Organisation.objects.earliest("pk").pk).update(name_en=NAME)
    EnrollmentKey.objects.filter(pk=own[EnrollmentKey].pk).update(campaign=NAME)
    for person in (own[Registration].person, own[Membership].person):
        person.name = NAME
        person.save()
    return own


@pytest.mark.parametrize("term", TYPED)
@pytest.mark.parametrize(
    "model", [Series, Session, Hub, Organisation, EnrollmentKey, Registration, Membership, Accreditation]
)
def test_search_for_a_row_ignores_case_accents_and_punctuation(
    coordinator_client: Client, named: HubRows, model: type[Model], term: str
) -> None:
    assert found(coordinator_client, model, term) >= 1
    assert found(coordinator_client, model, f"{term} nowhere") == 0


@pytest.mark.parametrize("term", TYPED)
def test_search_for_a_person_ignores_case_accents_and_punctuation(people: People, named: HubRows, term: str) -> None:
    assert found(signed_in_client(people.staff), Person, term) >= 1


@pytest.mark.parametrize("typed", ["ltc-21 22", "LTC2I22", "ltc‑2l22"])
def test_search_for_a_key_ignores_case_and_separators(coordinator_client: Client, own: HubRows, typed: str) -> None:
    key = own[EnrollmentKey]
    key.text = "LTC 2122"
    key.save()
    assert found(coordinator_client, EnrollmentKey, typed) == 1


def test_search_for_an_address_ignores_case(coordinator_client: Client, own: HubRows) -> None:
    typed = own[Registration].person.email.upper()
    assert found(coordinator_client, Registration, typed) == 1
    assert found(coordinator_client, Message, typed) >= 1


@pytest.mark.parametrize("typed", ["\x00", "-", "’", "%", "_", "\\", "œ" * 300])
@pytest.mark.parametrize("model", [Series, Registration, EnrollmentKey, Message])
def test_hostile_search_term_causes_no_server_error(
    coordinator_client: Client, own: HubRows, model: type[Model], typed: str
) -> None:
    assert coordinator_client.get(address(model, "changelist"), {"q": typed}).status_code == 200


def test_autocomplete_search_ignores_case_and_accents(coordinator_client: Client, named: HubRows) -> None:
    asked = {"app_label": "echo_sessions", "model_name": "session", "field_name": "series", "term": "ile d'orleans"}
    answer = coordinator_client.get(reverse("admin:autocomplete"), asked)
    assert [one["id"] for one in answer.json()["results"]] == [str(named[Series].pk)]


def test_large_tables_are_searched_by_stored_columns_only() -> None:
    """Small tables are searched by folding each row in the query, which is fast for a few thousand rows."""
    assert get_user_model() is Person
    registered: dict[type[Model], Any] = dict(admin.site._registry)
    plain = {
        model for model, page in registered.items() if any(not is_stored_folded(field) for field in page.search_fields)
    }
    assert not plain & {Person, Registration, Message, Suppression, AuditEvent}
