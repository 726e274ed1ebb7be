"""Set and remove the image of the signature that the certificates of an accreditation print (ADR 51)."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import record as record_event
from accounts.models import Person
from credits.actions.locking import lock_ledger
from credits.models import Accreditation, Certificate, SignatureImage
from echo_portal.lib.pictures import NoPictureError, small_picture
from echo_portal.lib.refusals import Refusal

WIDTH, HEIGHT = 1000, 300  # pixels: more than a printer needs for the height on the sheet


@transaction.atomic
def set_signature(*, accreditation: Accreditation, data: bytes, by: Person) -> SignatureImage:
    """Store the picture, small and grey, as the signature of the accreditation's signatory. Locks the ledger.

    Issued certificates keep theirs. Raises Refusal if the accreditation names no signatory, or if the data is no PNG or
    JPEG picture.
    """
    if not accreditation.signatory_name:
        raise Refusal(_("Enter the signatory first."), code="no-signatory")
    try:
        png = small_picture(data, width=WIDTH, height=HEIGHT)
    except NoPictureError as error:
        words = _("This is no PNG or JPEG picture, or it has more than 16 million pixels.")
        raise Refusal(words, code="no-picture", field="file") from error
    image = SignatureImage.objects.get_or_create(sha256=hashlib.sha256(png).hexdigest(), defaults={"png": png})[0]
    _save(accreditation, image)
    record_event(
        "accreditation-signature-set",
        about=f"accreditation:{accreditation.pk}",
        by=by,
        scope_id=accreditation.series.hub_id,
        details={},
    )
    return image


@transaction.atomic
def remove_signature(*, accreditation: Accreditation, by: Person) -> None:
    """Remove the image of the signature. Nothing happens if there is none. Locks the ledger."""
    if accreditation.signature_id is None:
        return
    _save(accreditation, None)
    record_event(
        "accreditation-signature-removed",
        about=f"accreditation:{accreditation.pk}",
        by=by,
        scope_id=accreditation.series.hub_id,
        details={},
    )


def _save(accreditation: Accreditation, image: SignatureImage | None) -> None:
    lock_ledger(accreditation.series_id)  # no certificate is being issued, whose image would be unknown here
    accreditation.signature = image
    accreditation.save(update_fields=["signature"])
    _erase_unused()


def _erase_unused() -> None:
    """Delete images that no accreditation has, except those of certificates whose file has not been made."""
    unused = SignatureImage.objects.filter(accreditations__isnull=True).values_list("pk", flat=True)
    for sha256 in unused:
        if not Certificate.objects.to_render().filter(values__records__contains=[{"signature": sha256}]).exists():
            SignatureImage.objects.filter(pk=sha256).delete()
