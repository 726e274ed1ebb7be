"""The series with credits, created once for all tests of a file of this folder."""

import pytest

from tests.credits.ltc import LongTermCare


@pytest.fixture(scope="module")
def adds() -> type[LongTermCare]:
    return LongTermCare


@pytest.fixture
def ltc(added: LongTermCare) -> LongTermCare:
    return added
