"""Questions of evaluations: those of the national core, and those of hubs (PRODUCT.md 7)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.bilingual import Bilingual, active_language
from hubs.models import Hub

# The values of an answer to a question of the kind "agree", from 1 to 5.
AGREEMENT = {
    1: _("Strongly disagree"),
    2: _("Disagree"),
    3: _("Neither agree nor disagree"),
    4: _("Agree"),
    5: _("Strongly agree"),
}


class QuestionQuerySet(models.QuerySet["Question"]):
    def current(self) -> "QuestionQuerySet":
        """Return the questions that new evaluations will ask."""
        return self.filter(retired_at__isnull=True)

    def asked_by(self, hub: Hub | int, *, certified: bool) -> "QuestionQuerySet":
        """Return the current questions of the national core and of the hub, in the order in which they are asked.

        Questions with `only_certified` are included only if `certified` is true.
        """
        rows = self.current().filter(models.Q(hub__isnull=True) | models.Q(hub=hub))
        if not certified:
            rows = rows.filter(only_certified=False)
        return rows.order_by(
            models.Case(models.When(kind="text", then=1), default=0),
            models.F("hub").asc(nulls_first=True),
            "position",
            "pk",
        )

    def visible_to(self, person: Person) -> "QuestionQuerySet":
        """Return the questions that the person may edit, and those of the national core."""
        if person.is_pallium_staff:
            return self
        return self.filter(models.Q(hub__isnull=True) | models.Q(hub__in=Hub.objects.editable_by(person)))

    def editable_by(self, person: Person) -> "QuestionQuerySet":
        """Return the questions of the person's hubs. Only Pallium staff may edit those of the national core."""
        return self if person.is_pallium_staff else self.filter(hub__in=Hub.objects.editable_by(person))


class Question(models.Model):
    """A version of a question. `hub` is None for the national core.

    Once an evaluation asks a version, its words and its kind cannot change (a database trigger refuses it). Instead, a
    new version with the same `code` replaces it in evaluations that open later. `moore_level` is the level of Moore's
    framework that the question measures, from 1 (participation) to 7 (community health).
    """

    class Kind(models.TextChoices):
        AGREE = "agree", _("Agreement, from 1 to 5")
        CHOICE = "choice", _("One of several answers")
        NUMBER = "number", _("A number")
        TEXT = "text", _("Text")

    hub = models.ForeignKey(
        Hub,
        models.PROTECT,
        verbose_name=_("hub"),
        null=True,
        blank=True,
        related_name="questions",
        help_text=_("Without a hub, it belongs to the national core."),
    )
    code = models.SlugField(
        _("code"), max_length=40, help_text=_("The name of its column in files, such as case-was-useful.")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.AGREE)
    text_en = models.CharField(_("text (English)"), max_length=200)
    text_fr = models.CharField(_("text (French)"), max_length=200)
    choices_en = ArrayField(
        models.CharField(max_length=100), verbose_name=_("answers (English)"), default=list, blank=True
    )
    choices_fr = ArrayField(
        models.CharField(max_length=100), verbose_name=_("answers (French)"), default=list, blank=True
    )
    moore_level = models.PositiveSmallIntegerField(
        _("Moore level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    only_certified = models.BooleanField(_("only in certified sessions"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, validators=[MaxValueValidator(999)])
    retired_at = models.DateTimeField(_("no longer asked since"), null=True, blank=True)

    text = Bilingual(_("question"))

    objects: ClassVar[QuestionQuerySet] = QuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["hub", "position", "code", "version"]
        constraints = [
            models.UniqueConstraint(
                name="question_version_once",
                fields=["hub", "code", "version"],
                nulls_distinct=False,
                violation_error_message=_("Another question has this code and this version. Choose another code."),
            ),
            models.UniqueConstraint(
                name="question_current_once",
                fields=["hub", "code"],
                nulls_distinct=False,
                condition=models.Q(retired_at__isnull=True),
                violation_error_message=_("Another question has this code. Choose another."),
            ),
            models.CheckConstraint(
                name="question_kind_known", condition=models.Q(kind__in=["agree", "choice", "number", "text"])
            ),
            models.CheckConstraint(
                name="question_in_both_languages",
                condition=~models.Q(text_en="") & ~models.Q(text_fr=""),
                violation_error_message=_("Write the question in both languages."),
            ),
            models.CheckConstraint(
                name="question_choices_match",
                condition=models.Q(choices_en__len=models.F("choices_fr__len"))
                & (
                    models.Q(kind="choice", choices_en__len__gte=2) | ~models.Q(kind="choice") & models.Q(choices_en=[])
                ),
                violation_error_message=_("Write at least two answers, as many in French as in English."),
            ),
            models.CheckConstraint(
                name="question_moore_level_known",
                condition=models.Q(moore_level__isnull=True) | models.Q(moore_level__range=(1, 7)),
            ),
            models.CheckConstraint(
                name="question_certified_is_national",
                condition=models.Q(only_certified=False) | models.Q(hub__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def choices(self) -> list[str]:
        """Return the possible answers in the active language. An answer is stored as its position, beginning at 1."""
        return self.choices_fr if active_language() == "fr" else self.choices_en
