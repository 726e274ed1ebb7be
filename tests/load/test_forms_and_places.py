"""A form that waits for a session does not lock rows that the holder of the session changes: no deadlock occurs."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.load.conftest import at_once
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def while_a_form_waits(session: Session, form: Callable[[], object], call: Callable[[], object]) -> None:
    """Lock the session, and run `call` when the form waits for that lock. Raises OperationalError at a deadlock."""
    is_locked = threading.Event()

    def send() -> None:
        is_locked.wait(10)
        form()

    def change() -> None:
        with transaction.atomic():
            Session.objects.select_for_update(no_key=True).get(pk=session.pk)
            is_locked.set()
            until = time.monotonic() + 10
            while not _somebody_waits():
                assert time.monotonic() < until, "the form waits for the session"
                time.sleep(0.02)
            call()

    at_once([send, change])


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction reads the same activity again
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_place_is_given_back_while_a_form_of_the_same_person_waits(programme: Programme, people: People) -> None:
    series, (first, second) = programme.open_series(sessions=2)
    Session.objects.filter(pk=first.pk).update(capacity=5)
    (row,) = enroll(people.ama, series, first)
    while_a_form_waits(
        first,
        lambda: enroll(people.ama, series, first, second),
        lambda: actions.leave_session(registration=row, by=people.ama),
    )
    row.refresh_from_db()
    assert (row.state, row.revision) == ("registered", 2)


def test_session_is_published_while_a_form_of_an_enrolled_person_waits(programme: Programme, people: People) -> None:
    series, (first, second) = programme.open_series(sessions=2, registration_mode="key")
    Session.objects.filter(pk=second.pk).update(capacity=5)
    enroll(people.ama, series, first, whole=True, key=programme.key(series, "SPRING"))
    draft = programme.session(series, 3, days=30, state="draft")
    while_a_form_waits(
        second,
        lambda: enroll(people.ama, series, second),
        lambda: actions.publish_session(session=draft, by=people.staff),
    )
    assert set(Registration.objects.values_list("session__number", "state")) == {
        (1, "registered"),
        (2, "registered"),
        (3, "registered"),
    }
