"""Newsletters in the archive."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import Bilingual
from pages.models.public_text import MAX_TEXT, PublicText, PublicTextQuerySet


class NewsletterQuerySet(PublicTextQuerySet["Newsletter"]):
    def in_archive(self, today: dt.date) -> "NewsletterQuerySet":
        """Return the published newsletters whose date is not in the future, the newest first."""
        return self.published().filter(published_on__lte=today).order_by("-published_on", "-pk")


class Newsletter(PublicText):
    BILINGUAL_FIELDS = ("title", "summary", "body")

    slug = models.SlugField(
        _("address on the site"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Another newsletter has this address on the site. Choose another.")},
    )
    published_on = models.DateField(_("published on"), help_text=_("From this day on, it is in the archive."))
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    summary_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    summary_fr = models.CharField(_("in one sentence (French)"), max_length=300, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=MAX_TEXT, blank=True)
    body_fr = models.TextField(_("text (French)"), max_length=MAX_TEXT, blank=True)

    title = Bilingual(_("title"))

    objects: ClassVar[NewsletterQuerySet] = NewsletterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="newsletter_has_a_title",
                condition=~models.Q(title_en="") | ~models.Q(title_fr=""),
                violation_error_message=_("Give the newsletter a title in at least one language."),
            ),
            models.CheckConstraint(
                name="newsletter_body_en_short", condition=LessThanOrEqual(Length("body_en"), MAX_TEXT)
            ),
            models.CheckConstraint(
                name="newsletter_body_fr_short", condition=LessThanOrEqual(Length("body_fr"), MAX_TEXT)
            ),
        ]

    def __str__(self) -> str:
        return self.title
