"""Signed links for confirming a request for news, changing which news one gets, and stopping news."""

from django.core import signing

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from accounts.models import Person
from echo_portal.outbox.personal_links import personal
from news.models import NewsRequest

CONFIRM = signing.Signer(salt="news.links.confirm", sep=".")
CHOICES = signing.Signer(salt="news.links.choices", sep=".")
STOP = signing.Signer(salt="news.links.stop", sep=".")


def confirm_url(request: NewsRequest, language: str) -> str:
    """Return the link that confirms the request. It may be used only in the email to the typed address."""
    token = personal(str(CONFIRM.sign_object([request.pk, request.person.link_version])))
    return absolute_url("news_confirm", language, token=token)


def request_of_link(token: str) -> NewsRequest:
    """Return the request to which the link belongs.

    Raises Http404 for a forged link, and RevokedLinkError if it was revoked or the request was deleted.
    """
    pk, version = values_of_link(token, CONFIRM)
    rows = NewsRequest.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    row = rows.select_related("person").first()
    if row is None:
        raise RevokedLinkError
    return row


def choices_token(person: Person) -> str:
    return personal(str(CHOICES.sign_object([person.pk, person.link_version])))


def choices_url(person: Person, language: str) -> str:
    """Return the link to the page on which this person chooses their news.

    It becomes invalid if their links are revoked.
    """
    return absolute_url("news_choices", language, token=choices_token(person))


def person_of_choices_link(token: str) -> Person:
    pk, version = values_of_link(token, CHOICES)
    person = Person.objects.filter(pk=pk, link_version=version, is_active=True).first()
    if person is None:
        raise RevokedLinkError
    return person


def stop_url(person_id: int, language: str) -> str:
    """Return the link that stops the person's news.

    It is valid forever, because people must be able to unsubscribe even if their links were revoked (L-4).
    """
    return absolute_url("news_stop", language, token=personal(str(STOP.sign_object([person_id]))))


def person_id_of_stop_link(token: str) -> int:
    """Return the ID of the person, who may no longer exist. Raises Http404 for a forged link."""
    (pk,) = values_of_link(token, STOP)
    return int(pk)
