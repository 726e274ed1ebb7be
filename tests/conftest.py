"""Fixtures for all tests: databases, a mail server; and checks of the log after each test."""

import logging
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests.smtp_server import Sink, smtp_sink
from tests.template_database import template_database

# No deadline for examples, so that no test fails because the machine is slow.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")

pytest_plugins = ["tests.chromium", "tests.live_portal", "tests.rows_of_module", "tests.scheduling"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Create the test database as a copy of a migrated one."""
    with django_db_blocker.unblock():
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = template_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Disable autovacuum, because statistics of tables that are empty between tests lead to slow query plans."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)')


@pytest.fixture(autouse=True)
def no_error_unseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail tests that log an ERROR, unless they clear the captured log."""
    yield
    unseen = [row.getMessage() for row in caplog.get_records("call") if row.levelno >= logging.ERROR]
    assert unseen == []


@pytest.fixture(autouse=True)
def english_first() -> None:
    """Activate English, because a French page in an earlier test leaves French active in the thread."""
    translation.activate("en")


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """Start a mail server for the test's emails."""
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        yield sink
