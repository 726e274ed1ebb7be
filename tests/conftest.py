"""What every test may ask for: people, a programme of its own, a clean log."""

import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests.builders import Programme
from tests.people import People
from tests.smtp_server import Sink, smtp_sink

pytest_plugins = ["tests.chromium", "tests.live_portal", "tests.scheduling"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests' tables without autovacuum: figures taken in a moment of emptiness make plans that never end."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)')


@pytest.fixture(autouse=True)
def no_error_unseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An ERROR in the log fails the test that caused it, unless the test read it and cleared it."""
    yield
    unseen = [row.getMessage() for row in caplog.get_records("call") if row.levelno >= logging.ERROR]
    assert unseen == []


@pytest.fixture(autouse=True)
def english_first() -> None:
    """A page in French leaves its language active in the thread; the next test's addresses are English again."""
    translation.activate("en")


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A mail server to which the test's letters go."""
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        yield sink


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def programme(db: None) -> Programme:
    """Two hubs and nothing else; tests add the series they need."""
    return Programme()
