"""Which news a person wants."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from sessions.vocabularies import PracticeArea


class NewsChoice(models.Model):
    """A person's choice of topics and language. Without one, they get all newsletters in their profile's language.

    Whether a person gets news at all depends on their consent (`accounts.Consent`).
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="news_choice"
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    topics = ArrayField(
        models.CharField(max_length=8, choices=PracticeArea),
        verbose_name=_("topics"),
        default=list,
        blank=True,
        help_text=_("None: every newsletter."),
    )
    chosen_at = models.DateTimeField(_("chosen"))

    class Meta:
        verbose_name = _("choice of news")
        verbose_name_plural = _("choices of news")
        constraints = [
            models.CheckConstraint(name="news_choice_language_known", condition=models.Q(language__in=Language.values))
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.language}"
