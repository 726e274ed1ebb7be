"""A move, cancellation or publication of a session, with the values before and after it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class SessionChange(models.Model):
    """A change of a session. `before` and `after` are stored snapshots (SessionSnapshot).

    The emails display these values, and recalling the change restores `before`. `send_at` is when the emails are due.
    """

    class Kind(models.TextChoices):
        RESCHEDULED = "rescheduled", _("Rescheduled")
        CANCELLED = "cancelled", _("Cancelled")
        PUBLISHED = "published", _("Published")

    session = models.ForeignKey(Session, models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note_en = models.TextField(_("a word to the registrants (English)"), blank=True)
    note_fr = models.TextField(_("a word to the registrants (French)"), blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    send_at = models.DateTimeField(_("emails leave"))
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)
    recalled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of a session")
        verbose_name_plural = _("changes of sessions")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="session_change_kind_known",
                condition=models.Q(kind__in=["rescheduled", "cancelled", "published"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.session_id}"

    @property
    def about(self) -> str:
        """Return the identifier with which the messages of this change refer to it."""
        return f"{'publication' if self.kind == self.Kind.PUBLISHED else 'change'}:{self.pk}"
