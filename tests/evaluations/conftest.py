"""The fixture with the session that the tests of evaluations use."""

import pytest

from tests.builders import Programme
from tests.evaluations.asked import Asked
from tests.people import People


@pytest.fixture
def asked(programme: Programme, people: People) -> Asked:
    return Asked(programme, people)
