"""The person of whom each table of the portal contains words."""

import pytest

from tests.builders import Programme
from tests.erasure.canary import Canary, canary
from tests.isolation.filled import filled
from tests.people import People


@pytest.fixture
def found(programme: Programme, people: People) -> Canary:
    """Return the person. Other people have rows in each table, too."""
    filled(programme, people, programme.national, "OTHERHUB")
    return canary(filled(programme, people, programme.bc, "OWNHUB"), people, people.luc)
