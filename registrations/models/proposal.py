"""The base class of what a coordinator proposes about a person, and Pallium staff decide."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from sessions.models import Series


class ProposalQuerySet[Row: models.Model](models.QuerySet[Row]):
    def open(self) -> Self:
        """Return the proposals that have not been decided."""
        return self.filter(state=Proposal.State.PROPOSED)

    def editable_by(self, person: Person) -> Self:
        return self.filter(series__in=Series.objects.editable_by(person))


class Proposal(models.Model):
    """A proposal of the hub of `series`. Nothing changes until it is accepted."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for Pallium staff")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="%(class)ss"
    )
    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="%(class)ss")
    reason = models.CharField(_("how the hub knows it"), max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("proposed by"), null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the proposal."""
        return f"{self._meta.model_name}:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == Proposal.State.PROPOSED


def decided_has_moment(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=models.Q(state="proposed", decided_at__isnull=True)
        | models.Q(state__in=["accepted", "refused"], decided_at__isnull=False),
    )
