"""Presses of a registrant's own Join button, as evidence that they intended to attend (PRODUCT.md 5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from registrations.models import Registration


class JoinClickQuerySet(models.QuerySet["JoinClick"]):
    def editable_by(self, person: Person) -> "JoinClickQuerySet":
        return self.filter(registration__in=Registration.objects.editable_by(person))


class JoinClick(models.Model):
    """Presses of the Join button of one registration: the times of the first and the last press, and their number."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, verbose_name=_("registration"), related_name="join_click"
    )
    first_at = models.DateTimeField(_("first pressed"))
    last_at = models.DateTimeField(_("last pressed"))
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = JoinClickQuerySet.as_manager()

    class Meta:
        verbose_name = _("press of Join")
        verbose_name_plural = _("presses of Join")
        constraints = [
            models.CheckConstraint(name="join_click_in_order", condition=models.Q(last_at__gte=models.F("first_at"))),
            models.CheckConstraint(name="join_click_at_least_once", condition=models.Q(times__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.first_at:%Y-%m-%d %H:%M}"
