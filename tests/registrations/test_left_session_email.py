"""The email about a session that a person left. Calendars remove invitations, but may keep events from a file."""

import pytest
from pytest_django import Settings

from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db

TAKEN_OUT = {
    "en": "The attached file removes this session from your calendar.",
    "fr": "Le fichier joint retire cette séance de votre agenda.",
}
KEPT = {
    "en": "Some calendars keep it: remove it there.",
    "fr": "Certains agendas la gardent : retirez-la vous-même.",
}


def contents_of(person: Person, language: str) -> tuple[bool, bool, bool]:
    """Return three facts about the email.

    They are whether it says that its file removes the event, whether it warns that the event may stay, and whether it
    has a file.
    """
    message = Message.objects.get(kind="left", person_id=person.pk)
    email = preview(message, language, scope_ids=None)
    text = email.text.replace("\u00a0", " ")
    return TAKEN_OUT[language] in text, KEPT[language] in text, email.calendar is not None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_email_about_a_left_session_explains_what_its_file_removes(
    programme: Programme, people: People, settings: Settings, language: str
) -> None:
    series, sessions = programme.open_series()
    full = programme.session(series, 9, days=40, capacity=1)
    (invited,) = enroll(people.ama, series, sessions[0])
    by_file, *_others = enroll(people.luc, series, *sessions)
    enroll(people.staff, series, full)
    (waiting,) = enroll(people.stranger, series, full)
    with smtp_sink() as (_sink, url):
        settings.EMAIL_URL = url
        deliver_only(kind="confirmation")
    for row in (invited, by_file, waiting):
        actions.leave_session(registration=Registration.objects.get(pk=row.pk), by=row.person)
    assert contents_of(people.ama, language) == (True, False, True)
    assert contents_of(people.luc, language) == (True, True, True)
    assert contents_of(people.stranger, language) == (False, False, False)
