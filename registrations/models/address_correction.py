"""Corrections of a mistyped or bounced address, which a coordinator proposes and Pallium staff decide."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.models.proposal import Proposal, ProposalQuerySet, decided_has_moment


class AddressCorrection(Proposal):
    """A proposed correction. `old_address` is the person's address when it was proposed."""

    old_address = models.EmailField(_("address until now"), max_length=254)
    new_address = models.EmailField(_("proposed address"), max_length=254)

    objects: ClassVar[ProposalQuerySet["AddressCorrection"]] = ProposalQuerySet["AddressCorrection"].as_manager()  # type: ignore[assignment]

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
            decided_has_moment("address_correction_decided_has_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.old_address} → {self.new_address}"
