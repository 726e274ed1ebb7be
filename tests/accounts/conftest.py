"""Fixtures for the tests of accounts."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.builders import Programme
from tests.smtp_server import Sink, smtp_sink


@pytest.fixture
def sink(settings: Settings, programme: Programme) -> Iterator[Sink]:
    """Start a mail server for the test's emails, in which the name of the programme occurs."""
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        yield sink
