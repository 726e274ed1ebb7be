"""Lists of the administration say in words that nothing is listed or ticked."""

import pytest
from django.urls import reverse

from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing to list"), ("fr", "Rien à afficher")])
def test_empty_list_has_words_instead_of_zero(people: People, language: str, words: str) -> None:
    client = signed_in_client(people.staff)
    path = reverse("admin:news_subscriber_changelist")
    page = client.get(path, headers={"accept-language": language}).content.decode()
    assert [word in page for word in (words, "0 subscribers", "0 personnes")] == [True, False, False]


def test_number_of_ticked_rows_is_in_correct_french(own: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    path = reverse("admin:registrations_registration_changelist")
    page = client.get(path, headers={"accept-language": "fr"}).content.decode()
    assert "Aucune case cochée sur 1" in page
