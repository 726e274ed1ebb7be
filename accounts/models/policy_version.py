"""Versions of the privacy policy that Pallium staff write in the administration (ADR 48)."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.models.person import Person
from echo_portal.lib.reviewed import ReviewedMixin

MAX_TEXT = 40_000


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def published(self) -> Self:
        """Return the published versions, the newest first, including those that apply later."""
        return self.filter(is_published=True).order_by("-applies_on")

    def editable_by(self, person: Person) -> Self:
        return self if person.is_pallium_staff else self.none()


class PolicyVersion(ReviewedMixin, models.Model):
    """A version of the privacy policy. Once it is published and its day has come, its texts do not change any more.

    People consent to a version by its day, so a day has one version. A database trigger keeps the texts of versions
    that apply.
    """

    # These fields do not change once the version applies.
    FIXED_FIELDS = ("applies_on", "text_en", "text_fr", "is_published")

    applies_on = models.DateField(
        _("applies from"),
        unique=True,
        error_messages={"unique": _("Another version applies from this day. Choose another day.")},
        help_text=_("The day from which the page displays this version and people agree to it."),
    )
    text_en = models.TextField(_("text (English)"), max_length=MAX_TEXT, blank=True)
    text_fr = models.TextField(_("text (French)"), max_length=MAX_TEXT, blank=True)
    is_published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_(
            "The page announces this version, and displays it from its day. From then on nobody can change it."
        ),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    objects: ClassVar[PolicyVersionQuerySet] = PolicyVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("version of the privacy policy")
        verbose_name_plural = _("versions of the privacy policy")
        ordering = ["-applies_on"]
        constraints = [
            models.CheckConstraint(
                name="policy_published_in_both_languages",
                condition=models.Q(is_published=False) | ~models.Q(text_en="") & ~models.Q(text_fr=""),
                violation_error_message=_("Write the text in both languages before you publish it."),
            ),
            models.CheckConstraint(name="policy_text_en_short", condition=LessThanOrEqual(Length("text_en"), MAX_TEXT)),
            models.CheckConstraint(name="policy_text_fr_short", condition=LessThanOrEqual(Length("text_fr"), MAX_TEXT)),
        ]

    def __str__(self) -> str:
        return self.applies_on.isoformat()

    def applies(self, today: dt.date) -> bool:
        """Return whether people consent, or consented, to this version."""
        return self.is_published and self.applies_on <= today
