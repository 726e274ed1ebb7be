"""The fixture with the series for the tests of credits."""

import pytest

from tests.admin.two_hubs import CANARY, OWN, HubRows, fill
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    return LongTermCare(programme, people)


@pytest.fixture
def own(programme: Programme, people: People) -> HubRows:
    return fill(programme, people, programme.bc, OWN)


@pytest.fixture
def other(programme: Programme, people: People) -> HubRows:
    return fill(programme, people, programme.national, CANARY)
