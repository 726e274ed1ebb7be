"""Enrollment keys. A key leads to its series and is saved with each registration that uses it (PRODUCT.md 2).

Keys are published, so they are not a means of access control.
"""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from echo_portal.lib.text import fold_key
from hubs.models import Hub
from sessions.models.series import OfSeriesQuerySet, Series


class EnrollmentKey(models.Model):
    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="enrollment_keys")
    text = models.CharField(
        _("key, as printed"),
        max_length=40,
        help_text=_("Anybody may know it. Capitals, spaces and hyphens do not matter when it is typed."),
    )
    folded = models.CharField(max_length=40, unique=True, editable=False)
    opens_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(
        _("uses at most"),
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1),
            MaxValueValidator(100_000, _("Write at most 100,000 uses, or leave it empty for no limit.")),
        ],
        help_text=_("Empty: no limit."),
    )
    hub = models.ForeignKey(
        Hub,
        models.PROTECT,
        verbose_name=_("hub it stands for"),
        null=True,
        blank=True,
        related_name="enrollment_keys",
    )
    campaign = models.CharField(
        _("campaign"), max_length=80, blank=True, help_text=_("Where it was printed or sent; only hubs read this.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OfSeriesQuerySet["EnrollmentKey"].as_manager()

    class Meta:
        verbose_name = _("enrollment key")
        verbose_name_plural = _("enrollment keys")
        ordering = ["text"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_key_window",
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                violation_error_message=_("The key must stop being valid after it starts."),
            ),
            models.CheckConstraint(name="enrollment_key_not_empty", condition=~models.Q(folded="")),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, **kwargs: Any) -> None:
        self.folded = fold_key(self.text)
        super().save(**kwargs)
