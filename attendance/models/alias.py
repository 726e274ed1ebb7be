"""Remembered matches of a name, an address or a registrant ID in the reports of a series to a person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import OfSeriesQuerySet, Series


class AttendanceAlias(models.Model):
    """A remembered match. `key` is `registrant:…`, `email:…` or `name:…`, in the same format as `AttendanceRow.key`."""

    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="attendance_aliases")
    key = models.CharField(_("in the report"), max_length=400)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="attendance_aliases"
    )
    made_at = models.DateTimeField(_("remembered"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("remembered by"), null=True, related_name="+"
    )

    objects = OfSeriesQuerySet["AttendanceAlias"].as_manager()

    class Meta:
        verbose_name = _("remembered match")
        verbose_name_plural = _("remembered matches")
        ordering = ["series", "key"]
        constraints = [
            models.UniqueConstraint(name="attendance_alias_once", fields=["series", "key"]),
            models.CheckConstraint(
                name="attendance_alias_key_known", condition=models.Q(key__regex="^(registrant|email|name):.")
            ),
        ]

    def __str__(self) -> str:
        return self.key.partition(":")[2]
