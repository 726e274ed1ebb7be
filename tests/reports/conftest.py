"""The fixture with the sessions for the tests of figures."""

import pytest

from tests.builders import Programme
from tests.people import People
from tests.reports.held import Held


@pytest.fixture
def held(programme: Programme, people: People) -> Held:
    return Held(programme, people)
