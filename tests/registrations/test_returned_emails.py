"""Pages display that emails to a person were returned, but never that the person complained."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from echo_portal.outbox.models import Message, Suppression
from echo_portal.outbox.suppressions import lift, suppress
from tests.accounts.browsers import known_browser
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

BACK = {"en": "Emails to this address came back", "fr": "Nos courriels à cette adresse nous sont revenus"}
STOPPED = {"en": "We no longer write to you", "fr": "Nous ne vous écrivons plus"}


def code_page(client: Client, address: str, language: str = "en") -> str:
    folder = {"en": "en/sign-in", "fr": "fr/connexion"}[language]
    return client.post(f"/{folder}/", {"email": address}, follow=True).content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sign_in_page_says_to_the_owner_that_email_was_returned(people: People, language: str) -> None:
    suppress(address="Ama@example.org ", reason="hard-bounce")
    assert BACK[language] in code_page(known_browser(people.ama.email), people.ama.email, language)
    assert BACK[language] not in code_page(known_browser(people.luc.email), people.luc.email, language)
    assert Message.objects.filter(kind="sign-in-code", address=people.ama.email).count() == 1


def test_sign_in_page_of_a_returned_address_is_that_of_any_address(people: People) -> None:
    suppress(address=people.ama.email, reason="hard-bounce")
    addresses = (people.ama.email, people.luc.email, "nobody@example.org")
    pages = [code_page(known_browser(people.stranger.email), address) for address in addresses]
    same = [re.sub(r'(nonce|value)="[^"]{20,}"', "", page) for page in pages]
    assert len({page.replace(address, "") for page, address in zip(same, addresses, strict=True)}) == 1


@pytest.mark.parametrize("reason", ["complaint", "by-hand"])
def test_complaint_is_not_displayed_on_the_sign_in_page(people: People, reason: str) -> None:
    suppress(address=people.ama.email, reason=reason)
    assert BACK["en"] not in code_page(known_browser(people.ama.email), people.ama.email)


@pytest.mark.parametrize("reason", ["hard-bounce", "soft-bounces", "complaint", "by-hand"])
@pytest.mark.parametrize(("language", "folder"), [("en", "en/my-sessions"), ("fr", "fr/mes-seances")])
def test_my_sessions_displays_a_suppression_until_it_is_lifted(
    client: Client, programme: Programme, people: People, reason: str, language: str, folder: str
) -> None:
    series, sessions = programme.open_series()
    for person in (people.ama, people.luc):
        enroll(person, series, sessions[0])
    suppress(address=people.ama.email, reason=reason)
    pages = {
        person.pk: client.get(f"/{folder}/{token_for(person, MANAGE)}/").content.decode()
        for person in (people.ama, people.luc)
    }
    assert {pk: STOPPED[language] in page for pk, page in pages.items()} == {people.ama.pk: True, people.luc.pk: False}
    assert "echo@example.org" in pages[people.ama.pk]
    lift(suppression=Suppression.objects.get(), by_id=people.staff.pk)
    assert STOPPED[language] not in client.get(f"/{folder}/{token_for(people.ama, MANAGE)}/").content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_done_page_displays_returned_emails_only_in_the_browser_that_sent_the_form(
    client: Client, programme: Programme, language: str
) -> None:
    programme.open_series()
    suppress(address="someone@example.org", reason="hard-bounce")
    form = {"form_key": str(uuid.uuid4()), "which": "all", "name": "Ama Okpik", "email": "someone@example.org"}
    more = {"profession": "RN", "province": "SK", "language": language, "consent": "on"}
    with translation.override(language):
        url = reverse("register", kwargs={"slug": "psw-cop"})
    done = client.post(url, form | more)["Location"]
    assert BACK[language] in client.get(done).content.decode()
    assert BACK[language] not in Client().get(done).content.decode()
