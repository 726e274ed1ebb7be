"""Texts that belong to an inquiry: notes of the hub, answers to the sender, and comments of the authors."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from proposals.models.inquiry import Inquiry

MAX_ENTRY = 4000


class InquiryEntryQuerySet(models.QuerySet["InquiryEntry"]):
    def for_authors(self) -> "InquiryEntryQuerySet":
        """Return the texts that the sender and the co-authors may see: all except the notes of the hub."""
        return self.exclude(kind=InquiryEntry.Kind.NOTE)

    def editable_by(self, person: Person) -> "InquiryEntryQuerySet":
        return self.filter(inquiry__in=Inquiry.objects.editable_by(person))


class InquiryEntry(models.Model):
    """A text about an inquiry. `by` is the person who wrote it; `name` is the name that others see."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note, for the hub only")
        ANSWER = "answer", _("Answer by email")
        COMMENT = "comment", _("Comment of an author")

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, verbose_name=_("inquiry"), related_name="entries")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("text"), max_length=MAX_ENTRY)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("written by"), null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=200)
    written_at = models.DateTimeField(_("written"))

    objects: ClassVar[InquiryEntryQuerySet] = InquiryEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = pgettext_lazy("of an idea", "entry")
        verbose_name_plural = _("entries")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="inquiry_entry_kind_known", condition=models.Q(kind__in=["note", "answer", "comment"])
            ),
            models.CheckConstraint(
                name="inquiry_entry_text_short", condition=LessThanOrEqual(Length("text"), MAX_ENTRY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:40]}"
