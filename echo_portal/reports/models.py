"""Long exports: files with many rows, which a worker writes and their owner downloads later (ADR 37)."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hubs.models import Hub
from sessions.models import Series

KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 3


class LongExportQuerySet(models.QuerySet["LongExport"]):
    def unfinished(self) -> "LongExportQuerySet":
        return self.filter(finished_at__isnull=True, failed_at__isnull=True)

    def kept(self, now: dt.datetime) -> "LongExportQuerySet":
        """Return the exports that have not expired, whether or not the task that deletes expired ones has run."""
        return self.filter(expires_at__gt=now)

    def due(self, now: dt.datetime) -> "LongExportQuerySet":
        """Return the unfinished exports that no worker is writing, the oldest first."""
        waiting = models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lt=now)
        return self.kept(now).unfinished().filter(waiting).order_by("pk")


class LongExport(models.Model):
    """A file with rows of a selection: what was requested, how many rows are written, and when the file is deleted."""

    class Kind(models.TextChoices):
        REGISTRATIONS = "registrations", _("Registrations")
        ATTENDANCE = "attendance", _("Attendances")
        CREDITS = "credits", _("Credits")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("asked by"), related_name="long_exports"
    )
    kind = models.CharField(_("rows"), max_length=15, choices=Kind.choices)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    language = models.CharField(_("language"), max_length=2)
    french_header = models.BooleanField(_("French names of the columns"), default=False)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    period_code = models.CharField(max_length=30)
    hub = models.ForeignKey(Hub, models.CASCADE, verbose_name=_("hub"), null=True, related_name="+")
    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    expires_at = models.DateTimeField(_("deleted"), db_index=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_total = models.PositiveIntegerField(_("rows in total"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    failed_at = models.DateTimeField(_("failed"), null=True)

    objects: ClassVar[LongExportQuerySet] = LongExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("long export")
        verbose_name_plural = _("long exports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="long_export_kind_known",
                condition=models.Q(kind__in=["registrations", "attendance", "credits"], format__in=["csv", "xlsx"]),
            ),
            models.CheckConstraint(name="long_export_language_known", condition=models.Q(language__in=["en", "fr"])),
            models.CheckConstraint(
                name="long_export_finished_or_failed",
                condition=models.Q(finished_at__isnull=True) | models.Q(failed_at__isnull=True),
            ),
            models.CheckConstraint(name="long_export_expires", condition=models.Q(expires_at__gt=models.F("asked_at"))),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def expires_on(self) -> dt.date:
        return timezone.localdate(self.expires_at)

    @property
    def percent(self) -> int:
        return min(100 * self.rows_done // self.rows_total, 99) if self.rows_total else 0


class LongExportPart(models.Model):
    """A part of the file. The bytes are stored in the database, as are those of other files (ADR 31)."""

    export = models.ForeignKey(LongExport, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a long export")
        verbose_name_plural = _("parts of long exports")
        ordering = ["export", "number"]
        constraints = [models.UniqueConstraint(name="long_export_part_once", fields=["export", "number"])]

    def __str__(self) -> str:
        return f"{self.export_id} {self.number}"
