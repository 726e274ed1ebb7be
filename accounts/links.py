"""Signed links of mails and feeds: over the person and a version that can be raised to revoke them (PRODUCT.md 1)."""

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from accounts.models import Person
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.outbox.personal_links import personal

MANAGE = "accounts.links.manage"
FEED = "accounts.links.feed"


def token_for(person: Person, purpose: str) -> str:
    """The same token as long as the version stands; a token of one purpose is refused for another."""
    return personal(str(signing.Signer(salt=purpose, sep=".").sign_object([person.pk, person.link_version])))


def person_of_link(token: str, purpose: str) -> Person | None:
    """The person the token belongs to; None for a forged, foreign or revoked one."""
    try:
        person_id, version = signing.Signer(salt=purpose, sep=".").unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    for person in _linked(int(person_id), int(version)):
        return person
    return None


@compiled_query
def _linked(person_id: int, version: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, link_version=version, is_active=True)


def absolute_url(view_name: str, language: str, **arguments: object) -> str:
    """An address for mails and calendars, in the reader's language."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(view_name, kwargs=arguments or None)}"
