"""Images of signatures. Certificates name them by the hash of their bytes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignatureImage(models.Model):
    """A small PNG picture of a signature. A certificate that is issued prints it, also if it is replaced meanwhile."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    png = models.BinaryField()

    class Meta:
        verbose_name = _("image of a signature")
        verbose_name_plural = _("images of signatures")

    def __str__(self) -> str:
        return self.sha256
