"""The two hubs of the administration's tests."""

import pytest

from tests.admin.two_hubs import CANARY, OWN, HubRows, fill
from tests.builders import Programme
from tests.people import People


@pytest.fixture
def own(programme: Programme, people: People) -> HubRows:
    return fill(programme, people, programme.bc, OWN)


@pytest.fixture
def other(programme: Programme, people: People) -> HubRows:
    return fill(programme, people, programme.national, CANARY)
