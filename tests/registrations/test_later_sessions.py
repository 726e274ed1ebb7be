"""When a session is added to a series, each person whose enrollment covers it is registered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Registration
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.last_told import emails_to, text_of
from tests.smtp_server import Sink

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


def test_email_about_a_later_session_says_that_it_was_added(programme: Programme, people: People, sink: Sink) -> None:
    series, (first,) = programme.open_series(sessions=1)
    for person in (people.ama, people.luc, people.stranger):
        enroll(person, series, first, whole=True)
    deliver_due()
    actions.cover_new_session(session=programme.session(series, 2, capacity=2), by=None)
    deliver_due()
    english, french, waits = (emails_to(sink, person) for person in (people.ama, people.luc, people.stranger))
    subjects = [[email["Subject"] for email in emails] for emails in (english, french, waits)]
    assert subjects == [
        ["You’re registered: Series psw-cop", "A session was added: Series psw-cop"],
        ["Inscription confirmée\u00a0: Série psw-cop", "Nouvelle séance\u00a0: Série psw-cop"],
        ["You’re registered: Series psw-cop", "A session was added: Series psw-cop"],
    ]
    added = "A session was added to your series “Series psw-cop”."
    assert [added in text_of(email) for email in english] == [False, True]
    assert "You’re registered for one session" in text_of(english[1])
    assert added in text_of(waits[1])
    assert "You’re on the waiting list" in text_of(waits[1])
    assert "Une séance s’ajoute à votre série" in text_of(french[1])
