"""The enrollment of a person in a series. It may cover sessions added later (PRODUCT.md 3)."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.models.addition import Addition
from registrations.models.said_by_form import SaidByForm
from sessions.models import EnrollmentKey, OfSeriesQuerySet, Series


class EnrollmentQuerySet(OfSeriesQuerySet["Enrollment"]):
    def active(self) -> "EnrollmentQuerySet":
        """Return the enrollments of people who have not left the series."""
        return self.filter(left_at=None)


class Enrollment(SaidByForm):
    """A person's enrollment in a series. It is used again if the person leaves the series and comes back."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollments")
    series = models.ForeignKey(Series, models.PROTECT, related_name="enrollments")
    enrollment_key = models.ForeignKey(
        EnrollmentKey,
        models.PROTECT,
        verbose_name=_("enrollment key"),
        null=True,
        blank=True,
        related_name="enrollments",
    )
    covers_later_sessions = models.BooleanField(_("covers sessions added later"), default=True)
    enrolled_at = models.DateTimeField(_("enrolled"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    addition = models.ForeignKey(
        Addition,
        models.SET_NULL,
        verbose_name=_("addition of people"),
        null=True,
        blank=True,
        editable=False,
        related_name="enrollments",
    )

    objects: ClassVar[EnrollmentQuerySet] = EnrollmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        ordering = ["-enrolled_at"]
        constraints = [
            models.UniqueConstraint(name="enrollment_once", fields=["person", "series"]),
            models.CheckConstraint(
                name="enrollment_left_after_enrolled",
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("enrolled_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.series_id}"

    @property
    def said_at(self) -> dt.datetime:
        return self.enrolled_at
