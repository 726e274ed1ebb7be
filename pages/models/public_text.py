"""The base class for texts of public pages: hub, state, and when each language was edited and reviewed."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.reviewed import ReviewedMixin
from hubs.models import Hub

MAX_TEXT = 40_000


class PublicTextQuerySet[Row: models.Model](models.QuerySet[Row]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def national(self) -> Self:
        """Return the texts of the programme as a whole, which only Pallium staff edit."""
        return self.filter(hub__isnull=True)

    def editable_by(self, person: Person) -> Self:
        """Return the texts of the person's hubs. Only Pallium staff may edit the national ones."""
        return self if person.is_pallium_staff else self.filter(hub__in=Hub.objects.editable_by(person))


class PublicText(ReviewedMixin, models.Model):
    """A text in English and French. If `hub` is null, it is national.

    `english_edited_at` and `french_edited_at` are when the text in that language was last edited. They are equal if
    somebody has confirmed that both languages say the same.
    """

    # The bilingual fields of the model, without `_en` and `_fr`.
    BILINGUAL_FIELDS: tuple[str, ...] = ()

    hub = models.ForeignKey(
        Hub,
        models.PROTECT,
        verbose_name=_("hub"),
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text=_("Without a hub, it belongs to the national programme."),
    )
    is_published = models.BooleanField(_("on the site"), default=False)
    is_sample = models.BooleanField(
        _("sample"),
        default=False,
        help_text=_("The page says that this text is a sample, until you untick this."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    english_edited_at = models.DateTimeField(db_default=Now(), editable=False)
    french_edited_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @property
    def missing_languages(self) -> list[str]:
        """Return the languages in which a field is empty although it has a text in the other language."""
        return [code for code, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True) if self._lacks(code, other)]

    def _lacks(self, language: str, other: str) -> bool:
        fields = self.BILINGUAL_FIELDS
        return any(getattr(self, f"{name}_{other}") and not getattr(self, f"{name}_{language}") for name in fields)

    @property
    def french_is_older(self) -> bool:
        """Return whether the English text was edited after the French text."""
        return self.french_edited_at < self.english_edited_at
