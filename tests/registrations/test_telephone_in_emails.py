"""Emails lead to telephone numbers only if the session has some."""

import pytest

from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("telephone", ["", "+1 204 272 7920"])
def test_email_names_telephone_numbers_only_if_there_are_some(
    programme: Programme, people: People, telephone: str
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    session.join_telephone = telephone
    session.save()
    enroll(people.ama, series, session)
    for kind in ("confirmation", "reminder-day"):
        message = Message.objects.filter(kind=kind, person_id=people.ama.pk).earliest("pk")
        text = preview(message, "fr", scope_ids=None).text
        assert ("Pas d’ordinateur?" in text, "La salle ouvre 10 minutes à l’avance." in text) == (bool(telephone), True)
