"""An address belongs to one person. Pages and emails explain how two people can share a mailbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from echo_portal.lib.text import may_be_one_name
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme
from tests.messages import answers
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

SHARED = "The form named somebody else. One address stands for one person"
HINT = "+denise@ex"


@pytest.fixture
def sessions(programme: Programme) -> list[Session]:
    _series, sessions = programme.open_series("psw-cop", sessions=3)
    return sessions


def send(client: Client, session: Session, **changes: Any) -> str:
    values = {"name": "Chantal Roy", "email": "ward@example.org", "language": "en", "province": "ON"} | changes
    url = reverse("register", kwargs={"slug": session.series.slug})
    return client.post(url, form(sessions=[session.pk], **values), follow=True).content.decode()


def prove(person: Person) -> None:
    person.mailbox_proved_at = timezone.now()
    person.save()


def text_of(message: Message) -> str:
    with translation.override(message.language):
        return " ".join(kind_of(message).render(message).text.split())


@pytest.mark.parametrize("proved", [True, False])
def test_form_with_another_persons_name_does_not_change_the_profile(
    client: Client, sessions: list[Session], proved: bool
) -> None:
    send(client, sessions[0])
    if proved:
        prove(Person.objects.get())
    send(client, sessions[1], name="Denise Roy", language="fr", province="BC", profession="RN")
    person = Person.objects.get()
    assert (person.name, person.language, person.province, person.profession) == ("Chantal Roy", "en", "ON", "PSW")
    assert Registration.objects.filter(person=person).count() == 2


@pytest.mark.parametrize("name", ["Chantal R.", "chantal roy", "Chantal Marie Roy"])
def test_form_of_the_same_person_updates_an_unproved_profile(
    client: Client, sessions: list[Session], name: str
) -> None:
    send(client, sessions[0])
    send(client, sessions[1], name=name, province="BC")
    person = Person.objects.get()
    assert (person.name, person.province) == (name, "BC")


def test_email_after_the_form_of_another_person_explains_how_to_share_a_mailbox(
    client: Client, sessions: list[Session]
) -> None:
    send(client, sessions[0])
    send(client, sessions[1], name="Denise Roy")
    send(client, sessions[1], name="Denise Roy")
    send(client, sessions[2], name="C. Roy")
    said = [(message.kind, SHARED in text_of(message)) for message in answers()]
    assert said == [
        ("confirmation", False),
        ("confirmation", True),
        ("registration-unchanged", True),
        ("confirmation", False),
    ]
    assert "Denise" not in text_of(answers()[1])


def test_two_people_can_share_a_mailbox_with_two_addresses(client: Client, sessions: list[Session]) -> None:
    send(client, sessions[0])
    send(client, sessions[0], name="Denise Roy", email="ward+denise@example.org")
    for person in Person.objects.all():
        prove(person)
    names = {message.address: text_of(message) for message in answers()}
    assert "For Chantal Roy" in names["ward@example.org"]
    assert "For Denise Roy" in names["ward+denise@example.org"]


def test_every_email_about_a_registration_contains_the_persons_name(client: Client, sessions: list[Session]) -> None:
    send(client, sessions[0])
    send(client, sessions[0])
    person = Person.objects.get()
    actions.send_invitations(person=person, by=person)
    actions.leave_session(registration=Registration.objects.get(), by=person)
    messages = list(Message.objects.order_by("pk"))
    kinds = {message.kind for message in messages}
    assert kinds == {"confirmation", "registration-unchanged", "reminder-day", "reminder-hour", "invitation", "left"}
    Registration.objects.update(state="registered", cancelled_at=None)
    unproved = [text_of(message) for message in messages if message.kind != "left" and "reminder" not in message.kind]
    assert all("For ward@example.org" in text and "Chantal" not in text for text in unproved)
    prove(person)
    for message in messages:
        if message.kind != "left" and "reminder" not in message.kind:
            assert "For Chantal Roy" in text_of(message), message.kind


def test_coordinator_sees_the_address_instead_of_the_name(client: Client, sessions: list[Session]) -> None:
    """A coordinator can submit the form with a known address and view the email about it."""
    send(client, sessions[0])
    prove(Person.objects.get())
    shown = preview(answers()[0], "en", scope_ids=[sessions[0].series.hub_id]).text
    assert ("For ward@example.org" in shown, "Chantal" in shown) == (True, False)


@pytest.mark.parametrize(("language", "words"), [("en", "Do you share a mailbox?"), ("fr", "Partagez-vous une boîte")])
def test_form_and_done_page_explain_how_to_share_a_mailbox(
    client: Client, sessions: list[Session], language: str, words: str
) -> None:
    with translation.override(language):
        page = client.get(reverse("register", kwargs={"slug": "psw-cop"})).content.decode()
    assert (words in page, HINT in page) == (True, True)
    assert HINT in send(client, sessions[0])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Élodie Tremblay", "elodie T.", True),
        ("Tremblay, Élodie", "Élodie Tremblay", True),
        ("Chantal Roy", "Denise Roy", False),
        ("Chantal Roy", "Chantal Royer-Roy", True),
        ("ᐃᓄᒃ", "Chantal", False),
        ("", "Denise", True),
        ("Chantal Chantal", "Chantal Roy", False),
    ],
)
def test_names_are_compared_by_their_words(one: str, other: str, same: bool) -> None:
    assert (may_be_one_name(one, other), may_be_one_name(other, one)) == (same, same)
