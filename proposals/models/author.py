"""Co-authors of an idea: colleagues whom its sender or the hub invited."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from proposals.models.inquiry import Inquiry

MOST_AUTHORS = 10


class CoAuthorQuerySet(models.QuerySet["CoAuthor"]):
    def joined(self) -> "CoAuthorQuerySet":
        """Return the co-authors who have confirmed. Only their names are displayed to other authors."""
        return self.filter(joined_at__isnull=False)

    def editable_by(self, person: Person) -> "CoAuthorQuerySet":
        return self.filter(inquiry__in=Inquiry.objects.editable_by(person))


class CoAuthor(models.Model):
    """A person who was invited to be a co-author. Deleting the row makes their link invalid."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, verbose_name=_("inquiry"), related_name="co_authors")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="co_authored"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("email address"), max_length=254)
    invited_at = models.DateTimeField(_("invited"))
    joined_at = models.DateTimeField(pgettext_lazy("of an idea", "joined"), null=True, blank=True)

    objects: ClassVar[CoAuthorQuerySet] = CoAuthorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="co_author_once",
                fields=["inquiry", "person"],
                violation_error_message=_("This person is invited already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
