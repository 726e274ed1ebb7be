"""The signed link of an invitation: it opens the questions without signing in."""

from django.core import signing

from accounts.links import absolute_url
from echo_portal.outbox.personal_links import personal
from evaluations.models import Invitation

ANSWER = signing.Signer(salt="evaluations.links.answer", sep=".")


def evaluation_url(invitation: Invitation, language: str) -> str:
    """Return the link for an email to the invited person. It stops working when their links are revoked."""
    token = personal(str(ANSWER.sign_object([invitation.pk, invitation.person.link_version])))
    return absolute_url("evaluate", language, token=token)


def invitation_of_link(token: str) -> Invitation | None:
    """Return the invitation with its session and series, or None if the link is forged or was revoked."""
    try:
        pk, version = ANSWER.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Invitation.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    return rows.select_related("evaluation__session__series__hub", "person").first()
