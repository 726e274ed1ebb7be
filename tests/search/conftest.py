"""The programme of 2021–22, loaded once for all tests of the search."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.programme.files import REAL
from tests.rows_of_module import rolled_back


@pytest.fixture(scope="module")
def loaded_programme(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the programme in a transaction that is rolled back after the module."""
    with rolled_back(django_db_blocker):
        with django_db_blocker.unblock():
            call_command("load_programme", str(REAL), stdout=io.StringIO())
        yield
