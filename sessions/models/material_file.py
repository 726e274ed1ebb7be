"""Uploaded files of materials, and numbers of views of materials."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.documents import MAX_BYTES, TYPES
from sessions.models.material import Material


class MaterialFile(models.Model):
    """The file of a material. Its bytes are stored in the database, as are those of certificates (ADR 31).

    `name` is the name of the uploaded file, for the administration only. Downloads have a name that the portal chooses.
    """

    material = models.OneToOneField(Material, models.CASCADE, verbose_name=_("material"), related_name="file")
    name = models.CharField(_("file"), max_length=150)
    extension = models.CharField(max_length=4, choices=[(one, one.upper()) for one in TYPES])
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("uploaded by"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("file of a material")
        verbose_name_plural = _("files of materials")
        constraints = [
            models.CheckConstraint(
                name="material_file_size_possible", condition=models.Q(size__gt=0, size__lte=MAX_BYTES)
            ),
            models.CheckConstraint(name="material_file_type_known", condition=models.Q(extension__in=list(TYPES))),
        ]

    def __str__(self) -> str:
        return self.name


class MaterialView(models.Model):
    """How often a material was opened on one day. Nobody's name is stored."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="views")
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("views of a material")
        verbose_name_plural = _("views of materials")
        constraints = [models.UniqueConstraint(name="material_view_once_a_day", fields=["material", "day"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
