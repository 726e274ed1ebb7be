"""The signed link of an invitation. It opens the evaluation without signing in."""

from django.core import signing

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from echo_portal.outbox.personal_links import personal
from evaluations.models import Invitation

ANSWER = signing.Signer(salt="evaluations.links.answer", sep=".")


def evaluation_url(invitation: Invitation, language: str) -> str:
    """Return the link for an email to the invited person. It becomes invalid when their links are revoked."""
    token = personal(str(ANSWER.sign_object([invitation.pk, invitation.person.link_version])))
    return absolute_url("evaluate", language, token=token)


def invitation_of_link(token: str) -> Invitation:
    """Return the invitation to which the link belongs, with its session and series.

    Raises Http404 if the link is incomplete or forged, and RevokedLinkError if the person's links were revoked.
    """
    pk, version = values_of_link(token, ANSWER)
    rows = Invitation.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    invitation = rows.select_related("evaluation__session__series__hub", "person").first()
    if invitation is None:
        raise RevokedLinkError
    return invitation
