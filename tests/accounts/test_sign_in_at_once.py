"""Of fifty concurrent attempts, each on its own database connection, three are checked and one succeeds."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from accounts import actions
from accounts.models import SignInCode
from tests.accounts.sign_in import code_of, link_of, newest_email, wrong
from tests.load.conftest import at_once
from tests.smtp_server import Sink, smtp_sink

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 50


@pytest.fixture(scope="module", autouse=True)
def audit_trail_can_be_emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Allow TRUNCATE of the audit trail, because these tests commit and all tables are emptied afterwards."""
    for state in ("DISABLE", "ENABLE"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE accounts_auditevent {state} TRIGGER accounts_audit_no_truncate")
        if state == "DISABLE":
            yield


@pytest.fixture
def sink(settings: Settings, transactional_db: None) -> Iterator[Sink]:
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        yield sink


def tries(request_key: str, codes: list[str]) -> list[bool]:
    def one(code: str) -> bool:
        return actions.use_code(request_key=request_key, typed=code) is not None

    return at_once([partial(one, code) for code in codes])


def test_fifty_concurrent_wrong_codes_count_as_three_attempts(sink: Sink) -> None:
    request_key = actions.request_sign_in_code(email="ama@example.org", language="en")
    code = code_of(newest_email(sink))
    assert tries(request_key, [wrong(code, number) for number in range(1, TRIES + 1)]) == [False] * TRIES
    assert SignInCode.objects.get().tries == 3
    assert actions.use_code(request_key=request_key, typed=code) is None, "the right one comes too late"


def test_right_code_sent_fifty_times_concurrently_signs_in_once(sink: Sink) -> None:
    request_key = actions.request_sign_in_code(email="ama@example.org", language="en")
    code = code_of(newest_email(sink))
    assert sum(tries(request_key, [code] * TRIES)) == 1


def test_link_sent_fifty_times_concurrently_signs_in_once(sink: Sink) -> None:
    actions.request_sign_in_code(email="ama@example.org", language="en")
    link = link_of(newest_email(sink)).rstrip("/").rpartition("/")[2]
    assert sum(at_once([lambda: actions.use_link(link) is not None] * TRIES)) == 1


def test_attempts_counted_with_two_statements_exceed_the_limit(sink: Sink) -> None:
    """Control: one statement reads the number of attempts and another one writes it, without a lock."""
    request_key = actions.request_sign_in_code(email="ama@example.org", language="en")

    def naive() -> bool:
        row = SignInCode.objects.get()
        if row.tries >= 3:
            return False
        row.tries += 1
        row.save(update_fields=["tries"])
        return True

    assert request_key
    assert sum(at_once([naive] * TRIES)) > 3
