"""Uploaded attendance reports: the file, the result of parsing it, and its state."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.of_session import OfSessionQuerySet
from sessions.models import Session


class AttendanceImportQuerySet(OfSessionQuerySet["AttendanceImport"]):
    def live(self) -> "AttendanceImportQuerySet":
        """Return the imported reports that count as attendance, at most one for each session."""
        return self.filter(state=AttendanceImport.State.IMPORTED)

    def drafts(self) -> "AttendanceImportQuerySet":
        return self.filter(state=AttendanceImport.State.DRAFT)


class AttendanceImport(models.Model):
    """An uploaded report. Its state is dry run, imported, or replaced by a later report.

    Undoing an import makes it a dry run again; audit events contain the history. `sha256` is the hash of the file,
    which must be sent to confirm an import. The window is the session's start and end at the time of the upload. `file`
    is erased 90 days after the import. The rows are kept because they explain the credits.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Dry run")
        IMPORTED = "imported", _("Imported")
        SUPERSEDED = "superseded", _("Replaced by a corrected report")

    session = models.ForeignKey(Session, models.PROTECT, verbose_name=_("session"), related_name="attendance_imports")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    file = models.BinaryField(_("file"), null=True)
    file_erased_at = models.DateTimeField(_("file erased"), null=True, blank=True)
    zone = models.CharField(_("time zone of the report"), max_length=64)
    meeting = models.CharField(_("meeting"), max_length=200, blank=True)
    layout = models.CharField(_("layout"), max_length=40)
    window_start = models.DateTimeField(_("session starts"))
    window_end = models.DateTimeField(_("session ends"))
    first_joined_at = models.DateTimeField(_("first person joined"), null=True, blank=True)
    last_left_at = models.DateTimeField(_("last person left"), null=True, blank=True)
    notes = models.JSONField(_("notes"), default=list, editable=False)
    counted = models.PositiveIntegerField(_("rows that count"))
    dropped = models.PositiveIntegerField(_("rows dropped"))
    refused = models.PositiveIntegerField(_("rows refused"))
    to_decide = models.PositiveIntegerField(_("rows left to a person"))
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("uploaded by"), null=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("imported by"),
        null=True,
        blank=True,
        related_name="+",
    )
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("replaced by"), null=True, blank=True, related_name="supersedes"
    )

    objects = AttendanceImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance report")
        verbose_name_plural = _("attendance reports")
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="attendance_import_one_live", fields=["session"], condition=models.Q(state="imported")
            ),
            models.CheckConstraint(
                name="attendance_import_state_known",
                condition=models.Q(state="draft", imported_at__isnull=True, superseded_by__isnull=True)
                | models.Q(state="imported", imported_at__isnull=False, superseded_by__isnull=True)
                | models.Q(state="superseded", imported_at__isnull=False, superseded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="attendance_import_file_or_erased",
                condition=models.Q(file__isnull=False, file_erased_at__isnull=True)
                | models.Q(file__isnull=True, file_erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="attendance_import_window", condition=models.Q(window_end__gt=models.F("window_start"))
            ),
            models.CheckConstraint(name="attendance_import_hash", condition=models.Q(sha256__regex="^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_draft(self) -> bool:
        return self.state == AttendanceImport.State.DRAFT

    @property
    def is_live(self) -> bool:
        return self.state == AttendanceImport.State.IMPORTED
