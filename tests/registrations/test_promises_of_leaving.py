"""The page that asks before a place is given back promises only what happens."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import says
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db
INVITED = "If the session is in your calendar from our invitation, that email removes it there."
FROM_FILE = "We write to you, with a file that removes the session from your calendar. Some calendars keep it"
INVITED_FR = "Si la séance est dans votre agenda grâce à notre invitation, ce courriel l’en retire."


def page_of(person: Person, session: Session, language: str = "en") -> str:
    row = Registration.objects.get(person=person, session=session)
    keys = {"token": token_for(person, MANAGE), "registration": row.public_id}
    with override(language):
        return says(Client().get(reverse("leave_session", kwargs=keys)))


def test_place_that_somebody_waits_for_is_offered_back_at_the_end_of_the_list(
    programme: Programme, people: People
) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, days=20, capacity=1)
    enroll(people.ama, series, session)
    assert "Your place becomes free, and the reminders stop." in page_of(people.ama, session)
    enroll(people.luc, series, session)
    said = page_of(people.ama, session)
    assert "Your place goes to the next person on the waiting list" in said
    assert "You can come back at the end of that list." in said
    assert "while there are places" not in said


def test_calendar_entry_is_promised_to_be_removed_only_as_it_came(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (first, second) = programme.open_series(sessions=2)
    later = programme.session(series, 3, days=40, at="")
    enroll(people.ama, series, first)
    deliver_due()
    assert len(sink.emails) == 1
    assert INVITED in page_of(people.ama, first)
    assert INVITED_FR in page_of(people.ama, first, "fr")
    enroll(people.luc, series, first, second, later)
    assert FROM_FILE in page_of(people.luc, first)
    said = page_of(people.luc, later)
    assert "You can come back until the session ends." in said
    assert "calendar" not in said.partition("<main")[2].partition("</main>")[0]
