"""Consents of people, with the version and language of the accepted text and the time (DOMAIN.md L-1, L-4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language


class ConsentKind(models.TextChoices):
    PRIVACY = "privacy", _("Privacy policy")
    NEWS = "news", _("News by email")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self, kind: ConsentKind) -> "ConsentQuerySet":
        """Return the consents of this kind that the mailbox's owner gave or confirmed and has not withdrawn."""
        return self.filter(kind=kind, confirmed_at__isnull=False, withdrawn_at__isnull=True)


class Consent(models.Model):
    """A consent of a person. Withdrawing it sets `withdrawn_at`; consenting again adds another row.

    Because anybody can send a form with any address, a consent from a form has no `confirmed_at` until the mailbox's
    owner signs in or uses a link that was sent to the mailbox.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=16, choices=ConsentKind)
    text_version = models.CharField(max_length=40)
    text_language = models.CharField(max_length=2, choices=Language)
    source = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConsentQuerySet] = ConsentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(name="consent_kind_known", condition=models.Q(kind__in=ConsentKind.values)),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gte=models.F("given_at")),
            ),
            models.CheckConstraint(
                name="consent_confirmed_after_given",
                condition=models.Q(confirmed_at__isnull=True) | models.Q(confirmed_at__gte=models.F("given_at")),
            ),
            models.UniqueConstraint(
                name="consent_once_while_open",
                fields=["person", "kind", "text_version", "text_language"],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.text_version} {self.text_language}"
