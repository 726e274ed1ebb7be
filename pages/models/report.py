"""Semi-annual reports. Their figures never change, and nothing in a report changes once it is published."""

import datetime as dt
import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from echo_portal.lib.bilingual import Bilingual

MOST_ATTEMPTS = 5


def canonical(figures: dict[str, Any], comments: list[dict[str, Any]]) -> bytes:
    """Return the data of a report as JSON, with sorted keys, so that equal data has equal bytes."""
    data = {"figures": figures, "comments": comments}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(figures: dict[str, Any], comments: list[dict[str, Any]]) -> str:
    return hashlib.sha256(canonical(figures, comments)).hexdigest()


class ReportQuerySet(models.QuerySet["Report"]):
    def drafts(self) -> "ReportQuerySet":
        return self.filter(published_at__isnull=True)

    def published(self) -> "ReportQuerySet":
        """Return the reports that were published, including those that were withdrawn later, the newest first."""
        return self.filter(published_at__isnull=False).order_by("-last_on", "-first_on", "-published_at")

    def current(self) -> "ReportQuerySet":
        """Return the published reports that were not withdrawn, at most one for each period."""
        return self.published().filter(withdrawn_at__isnull=True)

    def of_period(self, first: dt.date, last: dt.date) -> "ReportQuerySet":
        return self.filter(first_on=first, last_on=last)


class Report(models.Model):
    """The report of a period: its figures as they were when it was made, and comments from evaluations.

    `figures` contains all numbers and, in both languages, all names and definitions (`echo_portal.reports.snapshot`).
    `sha256` is the hash of the canonical data. A database trigger refuses any change of the figures. Once the report is
    published, it also refuses to change the comments and to delete the report.
    """

    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    figures = models.JSONField(_("figures"))
    comments = models.JSONField(_("comments"), default=list, blank=True)
    sha256 = models.CharField(_("SHA-256 of the data"), max_length=64)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("made by"), null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("published by"), null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("withdrawn by"), null=True, related_name="+"
    )
    notice_en = models.CharField(_("why it was withdrawn (English)"), max_length=300, blank=True)
    notice_fr = models.CharField(_("why it was withdrawn (French)"), max_length=300, blank=True)

    notice = Bilingual(_("why it was withdrawn"))

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-last_on", "-first_on", "-made_at"]
        constraints = [
            models.CheckConstraint(
                name="report_first_day_before_last",
                condition=models.Q(first_on__lte=models.F("last_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(name="report_hash_shape", condition=models.Q(sha256__regex="^[0-9a-f]{64}$")),
            models.UniqueConstraint(
                name="report_one_draft",
                fields=["first_on", "last_on"],
                condition=models.Q(published_at__isnull=True),
                violation_error_message=_("There is a draft of the report of this period already."),
            ),
            models.UniqueConstraint(
                name="report_one_published",
                fields=["first_on", "last_on"],
                condition=models.Q(published_at__isnull=False, withdrawn_at__isnull=True),
                violation_error_message=_("The report of this period is published already. Withdraw it first."),
            ),
            models.CheckConstraint(
                name="report_withdrawn_with_notice",
                condition=models.Q(withdrawn_at__isnull=True, notice_en="", notice_fr="")
                | (
                    models.Q(withdrawn_at__gte=models.F("published_at"))
                    & ~models.Q(notice_en="")
                    & ~models.Q(notice_fr="")
                ),
                violation_error_message=_("Write the notice in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return self.period_code

    @property
    def period_code(self) -> str:
        """Return the period in the format of the report's URL, such as "2026-01-01--2026-06-30"."""
        return f"{self.first_on}--{self.last_on}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def to_render(self) -> "ReportFileQuerySet":
        return self.filter(pdf__isnull=True, attempts__lt=MOST_ATTEMPTS, report__withdrawn_at__isnull=True)


class ReportFile(models.Model):
    """The PDF file of a published report in one language. A worker makes it once, and it never changes."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name=_("report"), related_name="files")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts to make the file"), default=0)

    objects: ClassVar[ReportFileQuerySet] = ReportFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of a report")
        constraints = [
            models.UniqueConstraint(name="report_file_once", fields=["report", "language"]),
            models.CheckConstraint(name="report_file_language_known", condition=models.Q(language__in=["en", "fr"])),
            models.CheckConstraint(
                name="report_file_with_hash",
                condition=models.Q(pdf__isnull=True, sha256="")
                | models.Q(pdf__isnull=False, sha256__regex="^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language}"
