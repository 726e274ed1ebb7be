"""Newsletters that were sent by email, and their recipients."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from pages.models import Newsletter
from sessions.vocabularies import PracticeArea


class MailingQuerySet(models.QuerySet["Mailing"]):
    def editable_by(self, person: Person) -> "MailingQuerySet":
        """Return all mailings for Pallium staff, and none for others."""
        return self if person.is_pallium_staff else self.none()


class Mailing(models.Model):
    """One sending of a newsletter. `send_at` is when the first emails are due.

    `topics` are those of the newsletter. People who chose only other topics do not get it. If there are no topics,
    everybody gets it.
    """

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, verbose_name=_("newsletter"), related_name="mailings")
    topics = ArrayField(
        models.CharField(max_length=8, choices=PracticeArea), verbose_name=_("topics"), default=list, blank=True
    )
    recipients = models.PositiveIntegerField(_("recipients"))
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("sent by"), null=True, related_name="+"
    )
    send_at = models.DateTimeField(_("emails leave"))
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)

    objects: ClassVar[MailingQuerySet] = MailingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("newsletter by email")
        verbose_name_plural = _("newsletters by email")
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(name="mailing_has_recipients", condition=models.Q(recipients__gt=0)),
            models.CheckConstraint(
                name="mailing_leaves_after_written", condition=models.Q(send_at__gte=models.F("written_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.newsletter)

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the mailing."""
        return f"mailing:{self.pk}"


class Recipient(models.Model):
    """A person to whom a newsletter was sent. Nobody gets a newsletter twice, even if it is sent several times."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="recipient_rows")
    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("recipient of a newsletter")
        verbose_name_plural = _("recipients of newsletters")
        constraints = [models.UniqueConstraint(name="newsletter_once_per_person", fields=["newsletter", "person"])]

    def __str__(self) -> str:
        return f"{self.newsletter_id} {self.person_id}"
