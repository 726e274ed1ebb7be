"""Corrections of a mistyped or bounced address: a coordinator proposes, Pallium staff decide."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from sessions.models import Series


class AddressCorrectionQuerySet(models.QuerySet["AddressCorrection"]):
    def open(self) -> "AddressCorrectionQuerySet":
        """Return the proposals that nobody has decided yet."""
        return self.filter(state=AddressCorrection.State.PROPOSED)

    def editable_by(self, person: Person) -> "AddressCorrectionQuerySet":
        return self.filter(series__in=Series.objects.editable_by(person))


class AddressCorrection(models.Model):
    """One row per proposal. `old_address` is the person's address when it was proposed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for Pallium staff")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="address_corrections"
    )
    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="address_corrections")
    old_address = models.EmailField(_("address until now"), max_length=254)
    new_address = models.EmailField(_("proposed address"), max_length=254)
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

    objects: ClassVar[AddressCorrectionQuerySet] = AddressCorrectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("correction of an address")
        verbose_name_plural = _("corrections of addresses")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                name="address_correction_once_while_open",
                fields=["person", "series"],
                condition=models.Q(state="proposed"),
            ),
            models.CheckConstraint(
                name="address_correction_decided_has_moment",
                condition=models.Q(state="proposed", decided_at__isnull=True)
                | models.Q(state__in=["accepted", "refused"], decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_address} → {self.new_address}"

    @property
    def about(self) -> str:
        """Return the name by which messages and audit events refer to the correction."""
        return f"addresscorrection:{self.pk}"
