"""Rows that are added to the programme of the module are the same for each of its tests, and so are their people."""

from collections.abc import Callable

import pytest

from accounts.models import Person
from sessions.models import Series
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], Series]:
    return lambda programme, people: programme.series("added", title_en=people.ama.name)


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_the_added_rows_and_their_people(
    added: Series, programme: Programme, people: People, number: int
) -> None:
    assert Person.objects.get() == people.ama
    assert (added.title_en, Series.objects.get().title_en, people.ama.name) == ("Ama Okpik",) * 3
    added.title_en = people.ama.name = "Changed by the first test"
    added.save()
    people.ama.save()
    programme.series("more", hub=added.hub)


def test_test_without_the_added_rows_has_neither_them_nor_their_people(programme: Programme, people: People) -> None:
    assert (Series.objects.count(), Person.objects.count()) == (0, 0)
    assert people.ama.name == "Ama Okpik"
