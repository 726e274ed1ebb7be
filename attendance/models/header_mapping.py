"""The roles of the columns in an unknown layout, which a coordinator assigned once for their hub."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hubs.models import Hub, OfHubQuerySet


class HeaderMapping(models.Model):
    """The mapping of a header. `columns` are the normalized headers in the order of the file, and `roles` their roles.

    A mapping is used only for sessions of its hub, because a row with the same cells may be data in another hub's
    report.
    """

    hub = models.ForeignKey(Hub, models.CASCADE, verbose_name=_("hub"), related_name="header_mappings")
    columns = ArrayField(models.CharField(max_length=200), verbose_name=_("columns"), size=256)
    roles = ArrayField(models.CharField(max_length=20), verbose_name=_("what they are"), size=256)
    mapped_at = models.DateTimeField(_("mapped"))
    mapped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("mapped by"), null=True, related_name="+"
    )

    objects = OfHubQuerySet["HeaderMapping"].as_manager()

    class Meta:
        verbose_name = _("layout mapped by hand")
        verbose_name_plural = _("layouts mapped by hand")
        ordering = ["hub", "-mapped_at"]
        constraints = [
            models.UniqueConstraint(name="header_mapping_once", fields=["hub", "columns"]),
            models.CheckConstraint(
                name="header_mapping_has_name_and_times",
                condition=models.Q(roles__contains=["name", "join", "leave"]),
            ),
            models.CheckConstraint(
                name="header_mapping_of_each_column", condition=models.Q(roles__len=models.F("columns__len"))
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.columns)
