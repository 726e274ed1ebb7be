"""URLs of certificates: the signed link to the file, which emails contain, and the public page that verifies a code."""

from django.core import signing
from django.urls import reverse

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from credits.codes import shown_code
from credits.models import Certificate
from echo_portal.outbox.personal_links import personal

FILE = signing.Signer(salt="credits.links.certificate", sep=".")


def file_url(certificate: Certificate, language: str) -> str:
    """Return a URL of the file that works without signing in. It is used only in the email to the person.

    It becomes invalid when the person's links are revoked.
    """
    token = personal(str(FILE.sign_object([certificate.pk, certificate.person.link_version])))
    return absolute_url("certificate_link", language, token=token)


def certificate_of_link(token: str) -> Certificate:
    """Return the certificate to which a link in an email leads.

    Raises Http404 if the link is incomplete or forged, and RevokedLinkError if the person's links were revoked.
    """
    pk, version = values_of_link(token, FILE)
    rows = Certificate.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    certificate = rows.select_related("series").first()
    if certificate is None:
        raise RevokedLinkError
    return certificate


def verify_url(certificate: Certificate) -> str:
    return absolute_url("verify_code", certificate.language, code=shown_code(certificate.code))


def own_file_path(certificate: Certificate) -> str:
    """Return the URL path of the file for its owner, for which they must be signed in."""
    return reverse("own_certificate", kwargs={"certificate": certificate.public_id})
