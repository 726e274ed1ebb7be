"""A coordinator's message to the registrants of a session, in both languages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class Announcement(models.Model):
    """One row per announcement. The texts may contain the placeholders of registrations.placeholders.

    `send_at` is when the emails are due.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="announcements")
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

    def __str__(self) -> str:
        return self.subject_en
