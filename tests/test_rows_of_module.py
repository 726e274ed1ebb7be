"""Rows that the tests of a module share are the same for each of them."""

import pytest

from hubs.models import Hub
from sessions.models import Series
from tests.admin.two_hubs import OWN, HubRows
from tests.builders import Programme
from tests.rows_of_module import Rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_rows_and_objects_as_they_were_created(own: HubRows, programme: Programme, number: int) -> None:
    assert own.hub is programme.bc
    stored = Hub.objects.get(pk=own.hub.pk).name_en
    assert (own.hub.name_en, stored, Series.objects.count()) == (f"{OWN}-hub", f"{OWN}-hub", 1)
    own.hub.name_en = "Changed by the first test"
    own.hub.save()
    programme.series("added")


@pytest.mark.parametrize("number", [1, 2])
def test_test_with_fewer_shared_rows_has_no_others(copied_rows: Rows, number: int) -> None:
    assert (Hub.objects.count(), Series.objects.count()) == (2, 0)
    copied_rows.programme.series("added")


def test_test_without_shared_rows_has_none() -> None:
    assert Hub.objects.count() == 0
