"""Requests for news that the mailbox's owner has not yet confirmed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from sessions.vocabularies import PracticeArea


class NewsRequest(models.Model):
    """A person's request, with the latest values of the form. It is deleted when it is confirmed, or after two weeks.

    Consent is stored only when the request is confirmed, so that nobody gets news because somebody else typed their
    address.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="news_request"
    )
    email = models.EmailField(_("email address"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    page_language = models.CharField(_("language of the page"), max_length=2, choices=Language)
    topics = ArrayField(
        models.CharField(max_length=8, choices=PracticeArea), verbose_name=_("topics"), default=list, blank=True
    )
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("request for news")
        verbose_name_plural = _("requests for news")
        constraints = [
            models.CheckConstraint(
                name="news_request_languages_known",
                condition=models.Q(language__in=Language.values, page_language__in=Language.values),
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the request."""
        return f"newsrequest:{self.pk}"
