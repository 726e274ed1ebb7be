"""The signed link of an inquiry, with which its sender confirms and follows it without signing in."""

from django.core import signing

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from echo_portal.outbox.personal_links import personal
from proposals.models import Inquiry

FOLLOW = signing.Signer(salt="proposals.links.follow", sep=".")


def token_of(inquiry: Inquiry) -> str:
    return personal(str(FOLLOW.sign_object([inquiry.pk, inquiry.person.link_version])))


def follow_url(inquiry: Inquiry, language: str) -> str:
    """Return the link for an email to the sender. It stops working when their links are revoked."""
    return absolute_url("inquiry", language, token=token_of(inquiry))


def inquiry_of_link(token: str) -> Inquiry:
    """Return the inquiry with its hub and sender.

    Raises Http404 if the link is incomplete or forged, and RevokedLinkError if the sender's links were revoked or the
    inquiry was deleted.
    """
    pk, version = values_of_link(token, FOLLOW)
    rows = Inquiry.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    inquiry = rows.select_related("hub", "person").first()
    if inquiry is None:
        raise RevokedLinkError
    return inquiry
