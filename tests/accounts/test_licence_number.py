"""Pharmacists and pharmacy technicians write their licence number in their details."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import Person
from tests.people import People
from tests.registrations.zone_forms import save_profile

pytestmark = pytest.mark.django_db

REFUSED = {
    "en": "Write the number only, without other signs.",
    "fr": "N’écrivez que le numéro, sans autres signes.",
}


def test_licence_number_is_saved_and_can_be_removed(client: Client, people: People) -> None:
    client.force_login(people.luc)
    saved = []
    for number in (" OCP  61234 ", ""):
        save_profile(client, province="NS", profession="PHARM", licence_number=number)
        people.luc.refresh_from_db()
        saved.append(people.luc.licence_number)
    assert saved == ["OCP 61234", ""]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("number", ["<b>1</b>", "=1+1", "№ 12", "— 12"])
def test_impossible_licence_number_is_refused(client: Client, people: People, number: str, language: str) -> None:
    client.force_login(people.luc)
    with override(language):
        page = save_profile(client, province="NS", licence_number=number)
        text = client.get(page["Location"]).content.decode() if page.status_code == 303 else page.content.decode()
    assert REFUSED[language] in text
    people.luc.refresh_from_db()
    assert people.luc.licence_number == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=people.luc.pk).update(licence_number=number)
