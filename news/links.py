"""Signed links: to confirm a request for news, to change what one gets, and to end it."""

from django.core import signing

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from accounts.models import Person
from echo_portal.outbox.personal_links import personal
from news.models import NewsRequest

CONFIRM = signing.Signer(salt="news.links.confirm", sep=".")
CHOICES = signing.Signer(salt="news.links.choices", sep=".")
STOP = signing.Signer(salt="news.links.stop", sep=".")


def confirm_url(request: NewsRequest, language: str) -> str:
    """Return the link that confirms the request. Use it only in the email to the typed address."""
    token = personal(str(CONFIRM.sign_object([request.pk, request.person.link_version])))
    return absolute_url("news_confirm", language, token=token)


def request_of_link(token: str) -> NewsRequest:
    """Return the request. Raises Http404 for a forged link, and RevokedLinkError if it was revoked or is gone."""
    pk, version = values_of_link(token, CONFIRM)
    rows = NewsRequest.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    row = rows.select_related("person").first()
    if row is None:
        raise RevokedLinkError
    return row


def choices_token(person: Person) -> str:
    return personal(str(CHOICES.sign_object([person.pk, person.link_version])))


def choices_url(person: Person, language: str) -> str:
    """Return the link to what this person gets. It stops working when their links are revoked."""
    return absolute_url("news_choices", language, token=choices_token(person))


def person_of_choices_link(token: str) -> Person:
    pk, version = values_of_link(token, CHOICES)
    person = Person.objects.filter(pk=pk, link_version=version, is_active=True).first()
    if person is None:
        raise RevokedLinkError
    return person


def stop_url(person_id: int, language: str) -> str:
    """Return the link that ends the news. It works for ever: revoking links must not keep anybody subscribed (L-4)."""
    return absolute_url("news_stop", language, token=personal(str(STOP.sign_object([person_id]))))


def person_id_of_stop_link(token: str) -> int:
    """Return the id of the person, who may be gone. Raises Http404 for a forged link."""
    (pk,) = values_of_link(token, STOP)
    return int(pk)
