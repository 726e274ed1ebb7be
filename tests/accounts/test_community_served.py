"""People say in their details whether they mainly serve a rural, remote or Indigenous community (DOMAIN.md 7)."""

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import Person
from tests.people import People
from tests.registrations.zone_forms import save_profile

pytestmark = pytest.mark.django_db


def test_details_ask_about_the_community_in_both_languages(client: Client, people: People) -> None:
    client.force_login(people.luc)
    asked = ("Do you mainly serve a rural,", "Servez-vous surtout une communauté rurale,")
    pages = [client.get(f"/{path}/").content.decode() for path in ("en/profile", "fr/profil")]
    assert [words in page for words, page in zip(asked, pages, strict=True)] == [True, True]


@pytest.mark.parametrize("answer", ["yes", "no", "unsaid", ""])
def test_answer_is_saved_and_can_be_changed(client: Client, people: People, answer: str) -> None:
    client.force_login(people.luc)
    assert save_profile(client, province="NS", serves_rural="yes").status_code == 302
    assert save_profile(client, province="NS", serves_rural=answer).status_code == 302
    people.luc.refresh_from_db()
    assert people.luc.serves_rural == answer


def test_unknown_answer_is_refused_and_changes_nothing(client: Client, people: People) -> None:
    client.force_login(people.luc)
    save_profile(client, province="NS", serves_rural="maybe")
    people.luc.refresh_from_db()
    assert people.luc.serves_rural == ""
    with pytest.raises(IntegrityError):
        Person.objects.filter(pk=people.luc.pk).update(serves_rural="maybe")
