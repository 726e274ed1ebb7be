"""The search box of every list in the administration has a label in words, in both languages."""

import re

import pytest
from django.db.models import Model

from tests.admin.pages import address
from tests.admin.registered import ADMINS
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db
SEARCHED = [model for model, page in ADMINS.items() if page.search_fields]
LABEL = re.compile(r'<label for="searchbar">\s*([^<]*?)\s*</label>')


@pytest.mark.parametrize(("language", "word"), [("en", "Search: "), ("fr", "Rechercher : ")])
@pytest.mark.parametrize("model", SEARCHED, ids=lambda model: model.__name__)
def test_search_box_of_a_list_has_a_label_in_words(
    own: HubRows, people: People, model: type[Model], language: str, word: str
) -> None:
    page = signed_in_client(people.staff).get(address(model, "changelist"), headers={"accept-language": language})
    found = LABEL.search(page.content.decode())
    assert found is not None
    assert found[1].replace("\N{NO-BREAK SPACE}", " ").startswith(word)
    assert len(found[1]) > len(word)
