"""Invitations: who was asked to evaluate a session and whether they answered, but never what they answered."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluation import Evaluation


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: dt.datetime) -> "InvitationQuerySet":
        """Return the invitations that can still be answered."""
        return self.filter(has_answered=False, evaluation__closes_at__gt=now)


class Invitation(models.Model):
    """A person who was asked to evaluate a session.

    Rows contain no time. Each answer rewrites all rows of the evaluation in one statement, so that neither their system
    columns nor their order in the table reveal who answered when (ADR 24).
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, verbose_name=_("evaluation"), related_name="invitations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="invitations"
    )
    has_answered = models.BooleanField(_("has answered"), default=False)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(name="invitation_once", fields=["evaluation", "person"])]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.person_id}"
