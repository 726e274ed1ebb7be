"""Four hubs with a row of each model, created once for all tests of a file of this folder."""

from collections.abc import Callable

import pytest

from tests.admin.two_hubs import CANARY, OWN
from tests.builders import Programme
from tests.isolation.filled import filled
from tests.isolation.people import JOINT, Rows
from tests.people import People


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], Rows]:
    return add_hubs


def add_hubs(programme: Programme, people: People) -> Rows:
    own = filled(programme, people, programme.bc, OWN)
    foreign = filled(programme, people, programme.national, CANARY)
    joint = filled(programme, people, programme.hub("joint", province="ON"), JOINT)
    second = filled(programme, people, programme.hub("second", province="ON"), "SECONDHUB")
    return Rows(own, foreign, joint, second)
