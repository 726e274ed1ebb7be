"""Additions: people whom a coordinator registered in a series, with a reason in one or both languages."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from sessions.models import Series


class AdditionQuerySet(models.QuerySet["Addition"]):
    def editable_by(self, person: Person) -> "AdditionQuerySet":
        return self.filter(series__in=Series.objects.editable_by(person))

    def of_person(self, person: Person) -> "AdditionQuerySet":
        """Return the additions with which coordinators registered this person."""
        return self.filter(models.Q(registrations__person=person) | models.Q(enrollments__person=person)).distinct()


class Addition(models.Model):
    """A coordinator's registration of one or more people. `send_at` is when the emails are due.

    Its registrations and enrollments refer to it. They are answered when the person says whether they take part.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, models.PROTECT, related_name="additions")
    note_en = models.TextField(_("reason (English)"), blank=True)
    note_fr = models.TextField(_("reason (French)"), blank=True)
    people = models.PositiveIntegerField(_("people"), default=0)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    send_at = models.DateTimeField(_("emails leave"))
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)

    objects = AdditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("addition of people")
        verbose_name_plural = _("additions of people")
        ordering = ["-added_at"]
        constraints = [
            models.CheckConstraint(name="addition_has_reason", condition=~models.Q(note_en="") | ~models.Q(note_fr="")),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.added_at:%Y-%m-%d}"

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the addition."""
        return f"addition:{self.pk}"
