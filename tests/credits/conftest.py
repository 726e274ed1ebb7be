"""The fixture with the series with credits for the tests of credits."""

import pytest

from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    return LongTermCare(programme, people)
