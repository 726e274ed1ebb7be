"""Reviewers: people of an accrediting body who may view one accreditation until a given day (PRODUCT.md 1)."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from credits.models.accreditation import Accreditation

MOST_DAYS = 366


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def open(self, today: dt.date) -> "ReviewerQuerySet":
        """Return the reviewers whose access is valid today."""
        return self.filter(until__gte=today, ended_at=None, person__is_active=True)

    def editable_by(self, person: Person) -> "ReviewerQuerySet":
        return self if person.is_pallium_staff else self.none()


class Reviewer(models.Model):
    """A person's access to the audit pack and the certificates of one accreditation, up to and including a day."""

    accreditation = models.ForeignKey(
        Accreditation, models.CASCADE, verbose_name=_("accreditation"), related_name="reviewers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="reviews"
    )
    until = models.DateField(_("until"))
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("given by"), null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("ended by"), null=True, related_name="+"
    )

    objects: ClassVar[ReviewerQuerySet] = ReviewerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ["-until", "id"]
        constraints = [
            models.UniqueConstraint(name="reviewer_once", fields=["accreditation", "person"]),
            models.CheckConstraint(
                name="reviewer_ended_by_with_at",
                condition=models.Q(ended_at__isnull=False) | models.Q(ended_by__isnull=True),
            ),
            models.CheckConstraint(
                name="reviewer_at_most_a_year",
                condition=models.Q(until__lte=models.F("given_at") + dt.timedelta(days=MOST_DAYS + 1)),
                violation_error_message=_("A reviewer has access for a year at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.accreditation_id}"

    def is_open(self, today: dt.date) -> bool:
        return self.until >= today and self.ended_at is None
