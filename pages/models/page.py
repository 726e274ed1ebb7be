"""Pages of the programme and of the hubs."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import Bilingual
from pages.models.public_text import MAX_TEXT, PublicText, PublicTextQuerySet


class PageQuerySet(PublicTextQuerySet["Page"]):
    def in_place(self, place: str) -> "PageQuerySet":
        """Return the published national pages for this place in the navigation, in their order."""
        return self.published().national().filter(place=place).order_by("position", "slug")


class Page(PublicText):
    """A page whose text is Markdown. Its slug is unique within its hub or, for national pages, within the programme."""

    class Place(models.TextChoices):
        NOWHERE = "", _("Nowhere; other pages link to it")
        ABOUT = "about", _("About the project")

    BILINGUAL_FIELDS = ("title", "summary", "body")

    slug = models.SlugField(_("address on the site"), max_length=60)
    place = models.CharField(_("place in the navigation"), max_length=8, choices=Place, default="", blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0, validators=[MaxValueValidator(999)])
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    summary_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    summary_fr = models.CharField(_("in one sentence (French)"), max_length=300, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=MAX_TEXT, blank=True)
    body_fr = models.TextField(_("text (French)"), max_length=MAX_TEXT, blank=True)

    title = Bilingual(_("title"))
    summary = Bilingual()

    objects: ClassVar[PageQuerySet] = PageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["hub", "place", "position", "slug"]
        constraints = [
            models.UniqueConstraint(
                name="page_address_once",
                fields=["hub", "slug"],
                nulls_distinct=False,
                violation_error_message=_("Another page has this address on the site. Choose another."),
            ),
            models.CheckConstraint(
                name="page_has_a_title",
                condition=~models.Q(title_en="") | ~models.Q(title_fr=""),
                violation_error_message=_("Give the page a title in at least one language."),
            ),
            models.CheckConstraint(name="page_place_known", condition=models.Q(place__in=["", "about"])),
            models.CheckConstraint(
                name="page_place_is_national",
                condition=models.Q(place="") | models.Q(hub__isnull=True),
                violation_error_message=_("Only national pages have a place in the navigation. Choose “Nowhere”."),
            ),
            models.CheckConstraint(name="page_body_en_short", condition=LessThanOrEqual(Length("body_en"), MAX_TEXT)),
            models.CheckConstraint(name="page_body_fr_short", condition=LessThanOrEqual(Length("body_fr"), MAX_TEXT)),
        ]

    def __str__(self) -> str:
        return self.title
