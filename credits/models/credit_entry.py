"""The ledger: credits for attendances, and reversals of such entries. Entries are never changed (PRODUCT.md 6)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.of_session import OfSessionQuerySet
from credits.models.accreditation import Accreditation
from sessions.models import Session


class CreditEntryQuerySet(OfSessionQuerySet["CreditEntry"]):
    def in_force(self) -> "CreditEntryQuerySet":
        """Return the entries that are not reversed, at most one for each person, session and accreditation."""
        return self.filter(kind=CreditEntry.Kind.ENTRY, reversal__isnull=True)

    def open_reversals(self) -> "CreditEntryQuerySet":
        """Return the reversals that no later entry follows."""
        return self.filter(kind=CreditEntry.Kind.REVERSAL, followed_by__isnull=True)


class CreditEntry(models.Model):
    """An entry of the ledger, or the reversal of an entry.

    A database trigger refuses UPDATE and DELETE, and a reversal that does not match its entry. `minutes` is the
    attended part of `session_minutes`. `code` and `facts` explain the credits (`credits.sentences`). If an earlier
    entry for the same person, session and accreditation was reversed, the next entry refers to that reversal.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", _("entry")
        REVERSAL = "reversal", _("reversal")

    accreditation = models.ForeignKey(
        Accreditation, models.PROTECT, verbose_name=_("accreditation"), related_name="entries"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="credit_entries"
    )
    session = models.ForeignKey(Session, models.PROTECT, verbose_name=_("session"), related_name="credit_entries")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ENTRY)
    minutes = models.PositiveIntegerField(_("minutes attended"))
    session_minutes = models.PositiveIntegerField(_("minutes of the session"))
    credits_per_hour = models.DecimalField(_("credits per hour"), max_digits=4, decimal_places=2)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=2)
    code = models.CharField(_("reason"), max_length=20)
    facts = models.JSONField(_("facts of the reason"), default=dict)
    reverses = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("takes back"), null=True, blank=True, related_name="reversal"
    )
    follows = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("follows"), null=True, blank=True, related_name="followed_by"
    )
    written_at = models.DateTimeField(_("written"))

    objects: ClassVar[CreditEntryQuerySet] = CreditEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="credit_entry_first_once",
                fields=["accreditation", "person", "session"],
                condition=models.Q(kind="entry", follows__isnull=True),
            ),
            models.CheckConstraint(
                name="credit_entry_kind_known",
                condition=models.Q(kind="entry", reverses__isnull=True, credits__gte=0)
                | models.Q(kind="reversal", reverses__isnull=False, follows__isnull=True, credits__lte=0),
            ),
            models.CheckConstraint(
                name="credit_entry_within_minutes",
                condition=models.Q(kind="reversal")
                | models.Q(
                    minutes__lte=models.F("session_minutes"),
                    credits__lte=models.F("minutes") * models.F("credits_per_hour") / 60,
                ),
            ),
        ]
        indexes = [models.Index(fields=["accreditation", "person"], name="credit_entry_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}: {self.credits} ({self.code})"
