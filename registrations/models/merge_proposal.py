"""Proposals to merge two profiles of one person, which a coordinator makes and Pallium staff decide."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from registrations.models.proposal import Proposal, ProposalQuerySet, decided_has_moment


class MergeProposal(Proposal):
    """A proposal to merge two profiles. Staff choose which of `person` and `other` is kept.

    `names` contains the names that the coordinator saw, which are those of forms, not of profiles.
    """

    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("the other profile"), related_name="+"
    )
    names = models.CharField(_("names"), max_length=500)

    objects: ClassVar[ProposalQuerySet["MergeProposal"]] = ProposalQuerySet["MergeProposal"].as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("proposal to merge two profiles")
        verbose_name_plural = _("proposals to merge two profiles")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                name="merge_proposal_once_while_open",
                fields=["person", "other", "series"],
                condition=models.Q(state="proposed"),
            ),
            models.CheckConstraint(name="merge_proposal_of_two", condition=~models.Q(person=models.F("other"))),
            decided_has_moment("merge_proposal_decided_has_moment"),
        ]

    def __str__(self) -> str:
        return translate("Merge %(names)s") % {"names": self.names}
