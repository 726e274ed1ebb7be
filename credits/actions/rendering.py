"""Make the PDF files of issued certificates, and write the emails about them."""

import hashlib
import json

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions import record
from credits.actions.telling import write_about
from credits.certificates.pdf import signed_pdf
from credits.certificates.sheet import image_name, sheet_html
from credits.links import verify_url
from credits.message_kinds import CERTIFICATE
from credits.models import Certificate, SignatureImage
from credits.queries.certificates import to_render
from echo_portal.lib.pdf.rendering import Renderer, renderer_of_this_process
from echo_portal.lib.pdf.square_code import square_code
from echo_portal.lib.signing_keys import published_keys

log = structlog.get_logger(__name__)
IN_ONE_TASK = 100


def render_certificates(*, at_most: int = IN_ONE_TASK) -> int:
    """Make missing PDF files, at most `at_most`, and return how many were made.

    Each file has its own transaction, so that a killed worker loses only the current one.
    """
    renderer = renderer_of_this_process()
    return sum(_render(pk, renderer) for pk in to_render()[:at_most])


def _render(pk: int, renderer: Renderer) -> bool:
    """Make the file of one certificate, and return whether it was made. Skip it if another worker is making it.

    Attempts are counted, so that a file that fails repeatedly is not tried forever.
    """
    if not Certificate.objects.to_render().filter(pk=pk).update(attempts=F("attempts") + 1):
        return False
    try:
        with transaction.atomic():
            rows = Certificate.objects.valid().filter(pk=pk, pdf__isnull=True).select_related("person", "series__hub")
            certificate = rows.select_for_update(of=("self",), skip_locked=True).first()
            if certificate is not None:
                _store_file(certificate, renderer)
            return certificate is not None
    except Exception as problem:  # noqa: BLE001 (a file that cannot be made must not stop the others)
        log.warning("certificate_not_rendered", certificate=pk, error=type(problem).__name__)
        return False


def _signatures(certificate: Certificate) -> dict[str, bytes]:
    """Return the images of signatures that the certificate prints, by name. Earlier versions have none.

    Raises KeyError if one is missing, so that no file is made without it.
    """
    wanted = {row["signature"] for row in certificate.values["records"] if row.get("signature")}
    found = SignatureImage.objects.in_bulk(wanted)
    return {image_name(sha256): bytes(found[sha256].png) for sha256 in wanted}


def _store_file(certificate: Certificate, renderer: Renderer) -> None:
    key = published_keys()[0]
    address = verify_url(certificate)
    file = signed_pdf(
        sheet_html(certificate.values, verify_url=address),
        images={"square-code.svg": square_code(address)} | _signatures(certificate),
        values=json.dumps(certificate.values, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        key=key,
        renderer=renderer,
    )
    certificate.pdf, certificate.key_id, certificate.rendered_at = file, key.id, timezone.now()
    certificate.sha256 = hashlib.sha256(file).hexdigest()
    certificate.save(update_fields=["pdf", "sha256", "key_id", "rendered_at"])
    write_about(certificate, kind=CERTIFICATE, language=certificate.language)
    record(
        "certificate-rendered",
        about=f"certificate:{certificate.pk}",
        by=None,
        scope_id=certificate.series.hub_id,
        details={"sha256": certificate.sha256, "key": key.id},
    )
