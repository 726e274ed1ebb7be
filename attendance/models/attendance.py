"""Attendances, which are computed from the evidence: how long a person was in a session. Credits depend on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from attendance.models.attendance_import import AttendanceImport
from attendance.models.attendance_row import AttendanceRow
from attendance.models.of_session import OfSessionQuerySet, person_in_session
from registrations.models import Registration
from sessions.models import Session


class AttendanceQuerySet(OfSessionQuerySet["Attendance"]):
    def confirmed(self) -> "AttendanceQuerySet":
        """Return attendances of more than zero seconds.

        Their source is an imported report, a roll call or a correction.
        """
        return self.filter(seconds__gt=0)

    def learners(self) -> "AttendanceQuerySet":
        """Exclude presenters and members of the hub, who are not counted among the people reached (PRODUCT.md 5)."""
        return self.filter(role=Attendance.Role.ATTENDEE)

    def with_listing(self) -> "AttendanceQuerySet":
        """Annotate `is_listed`: whether the report that counts has a row with times of the person.

        People whom only an earlier report listed have an attendance of 0 seconds without such a row.
        """
        rows = AttendanceRow.objects.stays().filter(report=OuterRef("report"), person=OuterRef("person"))
        return self.annotate(is_listed=Exists(rows))


class Attendance(models.Model):
    """The attendance of a person in a session.

    `seconds` is how long the person attended between the start and the end of the session: `corrected_seconds` if there
    is a correction, else `reported_seconds` of the imported report. An attendance that a correction removed has 0
    seconds. Do not add a foreign key to this model, because undoing an import deletes its rows. Refer to the person and
    the session instead.
    """

    class Source(models.TextChoices):
        REPORT = "report", _("Report")
        ROLL_CALL = "roll-call", _("Roll call")
        CORRECTION = "correction", _("Correction")
        REQUEST = "request", _("“I was there”")

    class Role(models.TextChoices):
        ATTENDEE = "attendee", _("Participant")
        PRESENTER = "presenter", _("Presenter")
        TEAM = "team", _("Hub team")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="attendances"
    )
    session = models.ForeignKey(Session, models.PROTECT, verbose_name=_("session"), related_name="attendances")
    registration = models.ForeignKey(
        Registration,
        models.SET_NULL,
        verbose_name=_("registration"),
        null=True,
        blank=True,
        related_name="attendances",
    )
    report = models.ForeignKey(
        AttendanceImport,
        models.PROTECT,
        verbose_name=_("report"),
        null=True,
        blank=True,
        related_name="attendances",
    )
    window_seconds = models.PositiveIntegerField(_("seconds of the session"))
    reported_seconds = models.PositiveIntegerField(_("seconds by the report"), null=True)
    corrected_seconds = models.PositiveIntegerField(_("seconds as corrected"), null=True)
    seconds = models.PositiveIntegerField(_("seconds in the session"))
    source = models.CharField(_("source"), max_length=12, choices=Source)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ATTENDEE)
    confirmed_at = models.DateTimeField(_("confirmed"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("confirmed by"), null=True, related_name="+"
    )

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["session", "person"]
        constraints = [
            models.UniqueConstraint(name="attendance_once", fields=["person", "session"]),
            models.CheckConstraint(
                name="attendance_within_session",
                condition=(
                    models.Q(reported_seconds__isnull=True) | models.Q(reported_seconds__lte=models.F("window_seconds"))
                )
                & (
                    models.Q(corrected_seconds__isnull=True)
                    | models.Q(corrected_seconds__lte=models.F("window_seconds"))
                ),
                violation_error_message=_("Nobody attends longer than the session lasts."),
            ),
            models.CheckConstraint(
                name="attendance_seconds_that_count",
                condition=models.Q(seconds=Coalesce("corrected_seconds", "reported_seconds")),
            ),
            models.CheckConstraint(
                name="attendance_has_evidence",
                condition=models.Q(report__isnull=False, reported_seconds__isnull=False)
                | models.Q(report__isnull=True, reported_seconds__isnull=True, corrected_seconds__isnull=False),
            ),
            models.CheckConstraint(
                name="attendance_source_known",
                condition=models.Q(source="report", corrected_seconds__isnull=True)
                | models.Q(source__in=["roll-call", "correction", "request"], corrected_seconds__isnull=False),
            ),
            models.CheckConstraint(
                name="attendance_role_known", condition=models.Q(role__in=["attendee", "presenter", "team"])
            ),
        ]
        indexes = [
            models.Index(fields=["session", "person"], name="attendance_by_session"),
            models.Index(fields=["-confirmed_at", "-id"], name="attendance_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{person_in_session(self)} ({self.minutes} min)"

    @property
    def minutes(self) -> int:
        """Return the attended time in whole minutes, rounded down."""
        return int(self.seconds) // 60

    @property
    def reported_minutes(self) -> int | None:
        return None if self.reported_seconds is None else self.reported_seconds // 60
