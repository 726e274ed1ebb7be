"""The confirmation makes one offer for the calendar: the attachment or, for several sessions, the subscription."""

from __future__ import annotations

import pytest

from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

ATTACHMENT = {
    "en": "Open the attachment to add it to your calendar.",
    "fr": "Ouvrez la pièce jointe pour ajouter la séance à votre agenda.",
}
SUBSCRIPTION = {
    "en": "Subscribe, and your calendar stays up to date",
    "fr": "M’abonner et garder mon agenda à jour",
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("number", [1, 3])
def test_confirmation_has_one_offer_for_the_calendar(
    programme: Programme, people: People, sink: Sink, language: str, number: int
) -> None:
    """Other offers, such as invitations, are on the page to which the link for subscribing leads."""
    series, sessions = programme.open_series(sessions=number)
    person = people.make("reader@example.org", "Reader", language=language)
    enroll(person, series, *sessions)
    deliver_only(kind="confirmation")
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    text = " ".join(str(body.get_content()).replace("\u00a0", " ").split())
    offers = [text.count(words[language].replace("\u00a0", " ")) for words in (ATTACHMENT, SUBSCRIPTION)]
    assert offers == ([1, 0] if number == 1 else [0, 1])
    assert text.casefold().count("invitation") == 0
