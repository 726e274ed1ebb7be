"""Colleagues whom somebody invited to a series, until they answer."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import EnrollmentKey, Series, Session


class TeamInvitationQuerySet(models.QuerySet["TeamInvitation"]):
    def open(self, now: dt.datetime) -> "TeamInvitationQuerySet":
        """Return the invitations that can still be answered."""
        return self.filter(answered_at__isnull=True, expires_at__gt=now)


class TeamInvitation(models.Model):
    """The invitation of a colleague to a series. Until they accept, no profile and no place exists for them.

    `sessions` are those that the lead chose, and `whole_series` is whether the enrollment covers sessions added later.
    The row is deleted when it expires, whether answered or not. Until then, the colleague gets no other invitation to
    the series.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="team_invitations")
    sessions = models.ManyToManyField(Session, related_name="+")
    whole_series = models.BooleanField(default=False)
    enrollment_key = models.ForeignKey(EnrollmentKey, models.SET_NULL, null=True, blank=True, related_name="+")
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="team_invitations")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("email address"), max_length=254)
    email_key = models.CharField(max_length=254)
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("expires"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects: ClassVar[TeamInvitationQuerySet] = TeamInvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation of a colleague")
        verbose_name_plural = _("invitations of colleagues")
        constraints = [
            models.UniqueConstraint(name="team_invitation_once", fields=["series", "email_key"]),
            models.CheckConstraint(
                name="team_invitation_expires_later", condition=models.Q(expires_at__gt=models.F("invited_at"))
            ),
            models.CheckConstraint(name="team_invitation_has_email_key", condition=~models.Q(email_key="")),
        ]
        indexes = [models.Index(fields=["lead", "invited_at"], name="team_invitation_by_lead")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.public_id}"

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the invitation."""
        return f"teaminvitation:{self.pk}"
