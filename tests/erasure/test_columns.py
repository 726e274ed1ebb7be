"""Each column and each relation to a person is listed as erased or kept (SAFETY.md 7, goal 27)."""

import pytest
from django.db import connection

from echo_portal.views.own_data_parts import ACTED
from tests.erasure.columns import (
    CODES,
    DELETED,
    ERASED,
    KEPT,
    OF_NOBODY,
    STAY,
    WITHOUT_MODEL,
    columns_with_words,
    relations_to_people,
    tables,
)


def test_each_column_with_words_is_listed_once() -> None:
    wrong = {}
    for label, model in tables().items():
        listed = [name for group in (ERASED, KEPT, CODES) for name in group.get(label, "").split()]
        expected = set() if label in OF_NOBODY else columns_with_words(model)
        if sorted(listed) != sorted(expected):
            wrong[label] = expected.symmetric_difference(listed)
    assert wrong == {}


def test_each_relation_to_a_person_is_listed_once() -> None:
    found = relations_to_people()
    assert [found - DELETED - STAY - ACTED, (DELETED | STAY) - found] == [set(), set()]
    assert [set(), set(), set()] == [DELETED & STAY, DELETED & ACTED, STAY & ACTED]


def test_new_column_and_new_relation_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ERASED, "proposals.CoAuthor", "name")
    label = "proposals.CoAuthor"
    assert columns_with_words(tables()[label]) - set(ERASED[label].split()) == {"email"}
    assert relations_to_people() - (DELETED - {"proposals.CoAuthor.person"}) - STAY - ACTED == {
        "proposals.CoAuthor.person"
    }


def test_each_table_has_a_model_or_is_listed(db: None) -> None:
    of_models = {model._meta.db_table for model in tables().values()}
    assert set(connection.introspection.table_names()) - of_models == WITHOUT_MODEL
