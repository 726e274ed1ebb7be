"""The email about a place from the waiting list says why there is one: it became free, or places were added."""

import pytest
from django.test import Client

from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import address, posted_fields
from tests.admin.two_hubs import HubRows
from tests.builders import enroll
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
FREE = ("A place became free, and you were next", "Une place s’est libérée, et c’était votre tour")
ADDED = ("Places were added, and you were next", "Des places ont été ajoutées, et c’était votre tour")


@pytest.fixture(autouse=True)
def waiting(own: HubRows, people: People) -> Registration:
    """Return the registration of Luc, who waits for the only place in the own hub's session."""
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    (row,) = enroll(people.luc, own[Session].series, own[Session])
    return row


def says_why(sentences: tuple[str, str]) -> list[bool]:
    message = Message.objects.get(kind="place-from-waiting-list")
    texts = [preview(message, language, scope_ids=None).text for language in ("en", "fr")]
    return [sentence in " ".join(text.split()) for text, sentence in zip(texts, sentences, strict=True)]


@pytest.mark.parametrize("limit", ["2", ""])
def test_email_after_a_raised_limit_says_that_places_were_added(
    own: HubRows, coordinator_client: Client, limit: str
) -> None:
    here = address(Session, "change", own[Session].pk)
    coordinator_client.post(here, posted_fields(coordinator_client, here) | {"capacity": limit, "promotions_seen": "1"})
    assert (says_why(ADDED), says_why(FREE)) == ([True, True], [False, False])


def test_email_after_a_place_was_given_back_says_that_one_became_free(own: HubRows, people: People) -> None:
    actions.leave_session(registration=own[Registration], by=people.staff, note_en="Because.")
    assert (says_why(FREE), says_why(ADDED)) == ([True, True], [False, False])
