"""The heading of the home page, and the sentence below it, are the portal's own until Pallium staff edit them."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hubs.models import Programme as ProgrammeRow
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db

OWN = "Palliative care learning, wherever you practise"
WELCOME = {
    "welcome_title_en": "Learn <together>",
    "welcome_title_fr": "Apprenez ensemble",
    "welcome_en": "Every week.",
    "welcome_fr": "Chaque semaine.",
}


def shown(client: Client, path: str) -> list[bool]:
    page = client.get(path).content.decode()
    return [words in page for words in (OWN, "Learn &lt;together&gt;", "Every week.", "Apprenez ensemble")]


def test_home_page_has_its_own_words_until_staff_edit_them(
    client: Client, programme: Programme, people: People
) -> None:
    assert shown(client, "/en/") == [True, False, False, False]
    staff, here = signed_in_client(people.staff), address(ProgrammeRow, "change", ProgrammeRow.objects.get().pk)
    assert staff.post(here, {**posted_fields(staff, here), **WELCOME}).status_code == 302
    assert shown(client, "/en/") == [False, True, True, False]
    assert shown(client, "/fr/") == [False, False, False, True]


def test_welcome_in_one_language_is_refused(programme: Programme, people: People) -> None:
    staff, here = signed_in_client(people.staff), address(ProgrammeRow, "change", ProgrammeRow.objects.get().pk)
    answer = staff.post(here, {**posted_fields(staff, here), **WELCOME, "welcome_title_fr": ""})
    assert "Write the texts of the home page in both languages, or in none." in says(answer)
    with pytest.raises(IntegrityError, match="programme_welcome_in_both_languages"), transaction.atomic():
        ProgrammeRow.objects.update(welcome_en="Every week.")
