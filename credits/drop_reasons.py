"""The reasons why a message about a certificate is not sent, as codes with sentences."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    NOT_VALID = "certificate-not-valid", _("The certificate was replaced or revoked before it left.")
