"""The sessions for the tests of figures, created once for all tests of a file of this folder."""

import pytest

from tests.reports.held import Held


@pytest.fixture(scope="module")
def adds() -> type[Held]:
    return Held


@pytest.fixture
def held(added: Held) -> Held:
    return added
