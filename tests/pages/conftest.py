"""The rows that pages display, created once for all tests of a file of this folder."""

from collections.abc import Callable

import pytest

from tests.builders import Programme
from tests.pages.addresses import Content, fill
from tests.people import People


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], Content]:
    return lambda programme, people: fill(programme, people.ama)


@pytest.fixture
def content(added: Content) -> Content:
    return added
