"""The reasons why emails about certificates and reviews are not sent, as codes with sentences."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    REVIEW_ENDED = "review-ended", _("The access was ended before it left.")
    NOT_VALID = "certificate-not-valid", _("The certificate was replaced or revoked before it left.")
    ISSUED_AGAIN = "certificate-issued-again", _("A new certificate was issued before it left.")
