"""Manual changes of attendances: a correction, a roll call, the answer to a request, or a match that was taken back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.of_session import OfSessionQuerySet, person_in_session
from sessions.models import Session


class AttendanceCorrectionQuerySet(OfSessionQuerySet["AttendanceCorrection"]):
    pass


class AttendanceCorrection(models.Model):
    """A correction: who made it, when and why, and the seconds before and after. It is never changed or deleted.

    If `seconds_after` is null, the time in the report applies again. If `seconds_before` is null, there was no
    attendance before the correction. A `MATCH` sets no time: it records what taking back the match of a row changed,
    and `seconds_after` is null if there is no attendance any more.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        ROLL_CALL = "roll-call", _("Roll call")
        REQUEST = "request", _("“I was there”")
        MATCH = "match", _("Match taken back")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="attendance_corrections"
    )
    session = models.ForeignKey(
        Session, models.PROTECT, verbose_name=_("session"), related_name="attendance_corrections"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    seconds_before = models.PositiveIntegerField(_("seconds before"), null=True)
    seconds_after = models.PositiveIntegerField(_("seconds after"), null=True)
    reason = models.CharField(_("why"), max_length=500)
    made_at = models.DateTimeField(_("when"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("who"), null=True, related_name="+"
    )

    objects = AttendanceCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of an attendance")
        verbose_name_plural = _("corrections of attendances")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="attendance_correction_kind_known",
                condition=models.Q(kind__in=["correction", "roll-call", "request", "match"]),
            ),
            models.CheckConstraint(name="attendance_correction_has_reason", condition=~models.Q(reason="")),
        ]
        indexes = [models.Index(fields=["session", "person"], name="correction_by_session")]

    def __str__(self) -> str:
        return f"{person_in_session(self)} ({_minutes(self.minutes_before)} → {_minutes(self.minutes_after)} min)"

    @property
    def minutes_before(self) -> int | None:
        return None if self.seconds_before is None else self.seconds_before // 60

    @property
    def minutes_after(self) -> int | None:
        return None if self.seconds_after is None else self.seconds_after // 60


def _minutes(minutes: int | None) -> str:
    return "–" if minutes is None else str(minutes)
