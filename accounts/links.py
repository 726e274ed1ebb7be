"""Signed personal links for emails and feeds.

The signature covers the person's id and `link_version`. Increasing the version revokes all links (PRODUCT.md 1).
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from accounts.models import Person
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.lib.personal_cookies import OWN_LINK
from echo_portal.lib.text import email_key
from echo_portal.outbox.personal_links import personal

MANAGE = "accounts.links.manage"
FEED = "accounts.links.feed"
# A cookie with the token of an email's link, so that "My sessions" still works after the person has opened other pages.
# It is kept for an hour only, because browsers in a ward are shared.
KEPT_SECONDS = 3600


def token_for(person: Person, purpose: str) -> str:
    """Return the person's token for one purpose. It is invalid for other purposes, and once links are revoked."""
    return personal(str(signing.Signer(salt=purpose, sep=".").sign_object([person.pk, person.link_version])))


class RevokedLinkError(Http404):
    """Raised for a signed link that was valid before, but was revoked or belongs to a deleted person.

    Its page has status 410.
    """


class LeftLinkError(Http404):
    """Raised for a valid link whose pages were left in this browser. Its page has a button that opens them again."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


def values_of_link(token: str, signer: signing.Signer) -> Any:
    """Return the values in a signed link. Raises Http404 if it is incomplete, forged or made for another purpose."""
    try:
        return signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None


def owner_of_link(token: str, purpose: str) -> Person:
    """Return the person to whom the token belongs.

    Raises Http404 if the token is incomplete, forged or made for another purpose, and RevokedLinkError if it was
    revoked. RevokedLinkError reveals only that the link was genuine, not whether its owner still exists.
    """
    person_id, version = values_of_link(token, signing.Signer(salt=purpose, sep="."))
    for person in _linked(int(person_id), int(version)):
        return person
    raise RevokedLinkError


def person_of_link(token: str, purpose: str) -> Person | None:
    """Return the person to whom the token belongs, or None if it is forged, revoked or made for another purpose."""
    try:
        return owner_of_link(token, purpose)
    except Http404:
        return None


@compiled_query
def _linked(person_id: int, version: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, link_version=version, is_active=True)


def keep_link(response: HttpResponse, token: str) -> HttpResponse:
    """Save the token of a link to "My sessions" in a cookie of the browser that opened the link."""
    response.set_cookie(OWN_LINK, token, max_age=KEPT_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def kept_link(request: HttpRequest) -> str:
    """Return the token that `keep_link` saved in the browser's cookie; "" if there is none or it was revoked."""
    token = request.COOKIES.get(OWN_LINK, "")
    return token if token and person_of_link(token, MANAGE) is not None else ""


def forget_link_of_others(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Delete the kept link if its owner has another address: "My sessions" must not display theirs to the sender."""
    owner = person_of_link(kept_link(request), MANAGE)
    if owner is not None and owner.email_key != email_key(address):
        response.delete_cookie(OWN_LINK)


def absolute_url(view_name: str, language: str, **arguments: object) -> str:
    """Return the absolute URL of a view in this language, for emails and calendars."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(view_name, kwargs=arguments or None)}"
