"""The addresses of certificates: a signed link of an email to the file, and the public page that verifies a code."""

from django.core import signing
from django.urls import reverse

from accounts.links import absolute_url
from credits.codes import shown_code
from credits.models import Certificate
from echo_portal.outbox.personal_links import personal

FILE = signing.Signer(salt="credits.links.certificate", sep=".")


def file_url(certificate: Certificate, language: str) -> str:
    """Return the link to the file without signing in; only for the email to its person. Revoked with their links."""
    token = personal(str(FILE.sign_object([certificate.pk, certificate.person.link_version])))
    return absolute_url("certificate_link", language, token=token)


def certificate_of_link(token: str) -> Certificate | None:
    """Return the certificate of an email's link; None if it is forged or the person's links were revoked."""
    try:
        pk, version = FILE.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Certificate.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    return rows.select_related("series").first()


def verify_url(certificate: Certificate) -> str:
    return absolute_url("verify_code", certificate.language, code=shown_code(certificate.code))


def own_file_path(certificate: Certificate) -> str:
    """Return the address of the file for its person, signed in."""
    return reverse("own_certificate", kwargs={"certificate": certificate.public_id})
