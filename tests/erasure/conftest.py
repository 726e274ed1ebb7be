"""The person of whom each table of the portal contains words, created once for all tests of a file of this folder."""

from collections.abc import Callable

import pytest

from tests.builders import Programme
from tests.erasure.canary import Canary, canary
from tests.isolation.filled import filled
from tests.people import People


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], Canary]:
    return add_canary


@pytest.fixture
def found(added: Canary) -> Canary:
    """Return the person. Other people have rows in each table, too."""
    return added


def add_canary(programme: Programme, people: People) -> Canary:
    filled(programme, people, programme.national, "OTHERHUB")
    return canary(filled(programme, people, programme.bc, "OWNHUB"), people, people.luc)
