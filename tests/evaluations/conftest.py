"""The fixture with the session for the tests of evaluations."""

import pytest

from tests.builders import Programme
from tests.evaluations.asked import Asked
from tests.people import People


@pytest.fixture
def asked(programme: Programme, people: People) -> Asked:
    return Asked(programme, people)
