"""When a session is added to a series, each person whose enrollment covers it is registered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

STATEMENTS = 8


@pytest.mark.parametrize("number", [1, 30])
def test_later_session_makes_as_many_statements_for_thirty_people_as_for_one(
    programme: Programme, people: People, number: int
) -> None:
    series, (first,) = programme.open_series(sessions=1)
    for one in range(number):
        enroll(people.make(f"nurse-{one}@example.org", f"Nurse {one}"), series, first, whole=True)
    later = programme.session(series, 2)
    with CaptureQueriesContext(connection) as asked:
        assert actions.cover_new_session(session=later, by=None) == number
    assert len(asked) == STATEMENTS
    assert Message.objects.filter(dedupe_key__startswith="confirmation:later:").count() == number


def test_later_session_assigns_its_places_in_the_order_of_enrolling(programme: Programme, people: People) -> None:
    series, (first,) = programme.open_series(sessions=1)
    for name in ("ama", "luc", "noor"):
        enroll(people.make(f"{name}@example.org", name), series, first, whole=True)
    later = programme.session(series, 2, capacity=1)
    assert actions.cover_new_session(session=later, by=None) == 3
    rows = Registration.objects.filter(session=later).order_by("pk")
    assert list(rows.values_list("person__name", "state", "waiting_number")) == [
        ("ama", "registered", None),
        ("luc", "waiting", 1),
        ("noor", "waiting", 2),
    ]
