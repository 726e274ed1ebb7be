"""Emails about places that were given back name no session that was cancelled earlier, and do not offer it again."""

import pytest

from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db
WHY = {"note_en": "You asked by phone.", "note_fr": ""}


@pytest.fixture
def sessions(programme: Programme, people: People) -> list[Session]:
    """Return three sessions in which Ama has places. The second one is cancelled."""
    series, sessions = programme.open_series("psw-cop", sessions=3)
    enroll(people.ama, series, *sessions)
    Session.objects.update(capacity=20)
    Session.objects.filter(pk=sessions[1].pk).update(state=Session.State.CANCELLED)
    return list(series.sessions.order_by("number"))


def text_of_email() -> str:
    email = preview(Message.objects.get(kind="left"), "en", scope_ids=None)
    return " ".join(f"{email.subject} {email.text}".split())


def cancel(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)


def test_email_about_a_dropped_person_names_no_cancelled_session(people: People, sessions: list[Session]) -> None:
    actions.drop_person(person=people.ama, series=sessions[0].series, by=people.staff, **WHY)
    text = text_of_email()
    assert "The hub gave back your 2 places" in text
    assert [session.title in text for session in sessions] == [True, False, True]
    assert set(Registration.objects.values_list("state", flat=True)) == {"cancelled"}


def test_dropped_person_is_registered_again_with_one_press(people: People, sessions: list[Session]) -> None:
    event = actions.drop_person(person=people.ama, series=sessions[0].series, by=people.staff, **WHY)
    actions.recall_give_back(event=event, rows=list(Registration.objects.all()), by=people.staff)
    assert set(Registration.objects.values_list("state", flat=True)) == {"registered"}
    assert Message.objects.get(kind="left").state == "cancelled"


def test_session_cancelled_before_the_email_is_sent_is_left_out(people: People, sessions: list[Session]) -> None:
    actions.drop_person(person=people.ama, series=sessions[0].series, by=people.staff, **WHY)
    cancel(sessions[2])
    text = text_of_email()
    assert "The hub gave back your place" in text
    assert [session.title in text for session in sessions] == [True, False, False]


def test_email_about_one_cancelled_session_does_not_offer_it(people: People, sessions: list[Session]) -> None:
    row = Registration.objects.get(session=sessions[1])
    actions.leave_session(registration=row, by=people.staff, note_en="You asked by phone.")
    text = text_of_email()
    assert ("We won’t send more reminders about it." in text, "come back" in text) == (True, False)
