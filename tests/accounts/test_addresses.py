"""Addresses with an accented domain. Both spellings of the domain belong to one person, and emails to them are sent."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Person
from echo_portal.lib.forms import mailbox
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from tests.builders import Programme
from tests.refused import shown_again
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db

TYPED, ON_THE_WIRE = "Marie@Santé.example", "Marie@xn--sant-epa.example"


def test_address_with_accented_domain_gets_emails_and_is_one_person(
    client: Client, programme: Programme, settings: Settings
) -> None:
    programme.open_series(sessions=1)
    form = {"form_key": str(uuid.uuid4()), "which": "all", "name": "Marie Roy", "email": TYPED, "consent": "on"}
    more = {"profession": "RN", "province": "QC", "zone_qc": "America/Toronto", "language": "fr"}
    assert client.post("/fr/series/psw-cop/inscription/", form | more).status_code == 302
    assert client.post("/fr/connexion/", {"email": ON_THE_WIRE.upper()}).status_code == 302
    assert Person.objects.get().email == ON_THE_WIRE
    with smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        Message.objects.filter(kind__in=["confirmation", "sign-in-code"]).update(due_at=Now())
        assert deliver_due() == {"sent": 2}
        assert {str(email["To"]).lower() for email in sink.emails} == {ON_THE_WIRE.lower()}


def test_address_with_unreachable_domain_is_refused_with_a_reason(client: Client) -> None:
    answer = shown_again(client, client.post("/en/sign-in/", {"email": f"marie@{'é' * 62}.example"}))
    assert "Look at the part after the @: no mail server can have this name." in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("typed", ["élodie@exemple.ca", "ſmith@exemple.ca", "Zoé Roy <zoe@exemple.ca>"])
def test_address_with_accents_before_the_at_sign_is_refused_with_the_rule(client: Client, typed: str) -> None:
    answer = shown_again(client, client.post("/en/sign-in/", {"email": typed}))
    (error,) = answer.context["form"].errors["email"]
    assert error.startswith("Check the part before the @")


@given(st.emails() | st.text())
def test_address_is_refused_or_has_an_ascii_domain(typed: str) -> None:
    try:
        address = mailbox(typed)
    except ValidationError:
        return
    assert address.rpartition("@")[2].isascii()
    assert mailbox(address) == address
