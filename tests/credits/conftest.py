"""Fixtures for the tests of credits: the programme of the module, and a series with credits."""

import pytest

from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.rows_of_module import Rows


@pytest.fixture
def programme(copied_rows: Rows) -> Programme:
    """Return the programme of the module, with two hubs without series."""
    return copied_rows.programme


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    return LongTermCare(programme, people)
