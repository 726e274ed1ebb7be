"""A programme, and rows that are added to it, created once for all tests of a module that use them.

Each test has copies of the objects. Its changes are rolled back after it, and the rows after the module, in which
the tests that use fewer of them run first (`tests/scheduling.py`).
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.admin.two_hubs import CANARY, OWN, HubRows, fill
from tests.builders import Programme
from tests.people import People

OF_MODULE = ("programme_of_module", "own_of_module", "other_of_module")  # each with the rows of those before it
ADDED = "added_of_module"  # with the rows of the programme


@dataclass
class Rows:
    programme: Programme
    people: People = field(default_factory=People)
    added: Any = None
    own: HubRows | None = None
    other: HubRows | None = None


def _copy(rows: bytes) -> Rows:
    """Return new objects. This takes a fifth of the time of copy.deepcopy."""
    copied: Rows = pickle.loads(rows)  # noqa: S301 (written by this process)
    return copied


def shared_rows(item: pytest.Item) -> int:
    """Return how many of the fixtures `OF_MODULE` and `ADDED` the test uses."""
    names = getattr(item, "fixturenames", ())
    return sum(name in names for name in (*OF_MODULE, ADDED))


@contextlib.contextmanager
def rolled_back(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Begin a transaction around the tests that follow, and roll it back after them."""
    block = transaction.atomic()
    with blocker.unblock():
        block.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


@pytest.fixture(scope="module")
def programme_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with rolled_back(django_db_blocker):
        with django_db_blocker.unblock():
            rows = Rows(Programme())
        yield pickle.dumps(rows)


@pytest.fixture(scope="module")
def added_of_module(
    programme_of_module: bytes, adds: Callable[[Programme, People], Any], django_db_blocker: DjangoDbBlocker
) -> Iterator[bytes]:
    """Add the rows that the folder's fixture `adds` creates. Tests with these rows cannot use `own` and `other`."""
    with rolled_back(django_db_blocker):
        rows = _copy(programme_of_module)
        with django_db_blocker.unblock(), translation.override("en"):
            rows.added = adds(rows.programme, rows.people)
        yield pickle.dumps(rows)


@pytest.fixture(scope="module")
def own_of_module(programme_of_module: bytes, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with rolled_back(django_db_blocker):
        rows = _copy(programme_of_module)
        with django_db_blocker.unblock(), translation.override("en"):
            rows.own = fill(rows.programme, People(), rows.programme.bc, OWN)
        yield pickle.dumps(rows)


@pytest.fixture(scope="module")
def other_of_module(own_of_module: bytes, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with rolled_back(django_db_blocker):
        rows = _copy(own_of_module)
        with django_db_blocker.unblock(), translation.override("en"):
            rows.other = fill(rows.programme, People(), rows.programme.national, CANARY)
        yield pickle.dumps(rows)


@pytest.fixture
def copied_rows(request: pytest.FixtureRequest, programme_of_module: bytes, db: None) -> Rows:
    """Return copies of the objects, in the state that their rows have at the beginning of each test."""
    last = [name for name in (*OF_MODULE, ADDED) if name in request.fixturenames][-1]
    return _copy(request.getfixturevalue(last))


@pytest.fixture
def programme(copied_rows: Rows) -> Programme:
    """Return the two hubs of the module, which have no series. Tests add the series that they need."""
    return copied_rows.programme


@pytest.fixture
def added(added_of_module: bytes, copied_rows: Rows) -> Any:
    """Return what the folder's fixture `adds` returned."""
    return copied_rows.added


@pytest.fixture
def people(request: pytest.FixtureRequest, db: None) -> People:
    """Return the people of the test, of whom those in the added rows of the module are created already."""
    if ADDED in request.fixturenames:
        found: People = request.getfixturevalue("copied_rows").people
        return found
    return People()


@pytest.fixture
def own(own_of_module: bytes, copied_rows: Rows) -> HubRows:
    """Return the hub of the coordinator, with a row of each model."""
    assert copied_rows.own is not None
    return copied_rows.own


@pytest.fixture
def other(other_of_module: bytes, copied_rows: Rows) -> HubRows:
    """Return another hub, with a row of each model whose texts contain a word by which leaks are recognized."""
    assert copied_rows.other is not None
    return copied_rows.other
