"""A coordinator's message to the registrants of a session or of a whole series, in both languages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Series, Session


class Announcement(models.Model):
    """An announcement. The texts may contain the placeholders of registrations.placeholders.

    It is for people of either one session or one series. `send_at` is when the emails are due.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="announcements", null=True)
    series = models.ForeignKey(Series, models.CASCADE, related_name="announcements", null=True)
    subject_en = models.CharField(_("subject (English)"), max_length=200)
    subject_fr = models.CharField(_("subject (French)"), max_length=200)
    text_en = models.TextField(_("text (English)"))
    text_fr = models.TextField(_("text (French)"))
    recipients = models.PositiveIntegerField(_("recipients"))
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    send_at = models.DateTimeField(_("emails leave"))
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="announcement_has_one_target",
                condition=models.Q(session__isnull=False, series__isnull=True)
                | models.Q(session__isnull=True, series__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.subject_en

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the announcement."""
        return f"series:{self.series_id}" if self.session_id is None else f"session:{self.session_id}"

    @property
    def hub_id(self) -> int:
        series = self.series if self.session is None else self.session.series
        assert series is not None
        return series.hub_id
