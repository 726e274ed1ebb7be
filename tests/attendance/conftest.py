"""The fixture with the held session for the tests of attendance."""

import pytest

from tests.attendance.held_session import HeldSession
from tests.builders import Programme
from tests.people import People


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)
