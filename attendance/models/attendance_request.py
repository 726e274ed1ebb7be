"""Requests “I was there” of people whose attendance is missing or too short."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.correction import AttendanceCorrection
from attendance.models.of_session import OfSessionQuerySet, person_in_session
from sessions.models import Session


class AttendanceRequestQuerySet(OfSessionQuerySet["AttendanceRequest"]):
    def open(self) -> "AttendanceRequestQuerySet":
        return self.filter(state=AttendanceRequest.State.OPEN)


class AttendanceRequest(models.Model):
    """A person's request to confirm that they were in a session, and the hub's answer.

    `text` is what the person wrote; it is erased 90 days after the answer. `answer` is the reason for a refusal, or a
    comment on an acceptance. An accepted request refers to the correction that confirms the attendance.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="attendance_requests"
    )
    session = models.ForeignKey(Session, models.PROTECT, verbose_name=_("session"), related_name="attendance_requests")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    text = models.CharField(_("what the person wrote"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    correction = models.OneToOneField(
        AttendanceCorrection,
        models.PROTECT,
        verbose_name=_("correction"),
        null=True,
        blank=True,
        related_name="request",
    )

    objects = AttendanceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("“I was there” request")
        verbose_name_plural = _("“I was there” requests")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="attendance_request_one_open", fields=["person", "session"], condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="attendance_request_state_known",
                condition=models.Q(
                    state="open",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    correction__isnull=True,
                    answer="",
                )
                | models.Q(state="accepted", answered_at__isnull=False, correction__isnull=False)
                | (
                    models.Q(state="refused", answered_at__isnull=False, correction__isnull=True) & ~models.Q(answer="")
                ),
            ),
            models.CheckConstraint(
                name="attendance_request_answered_after_asked",
                condition=models.Q(answered_at__isnull=True) | models.Q(answered_at__gte=models.F("asked_at")),
            ),
        ]
        indexes = [models.Index(fields=["session", "state"], name="request_by_session")]

    def __str__(self) -> str:
        return f"{person_in_session(self)} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.state == AttendanceRequest.State.OPEN
