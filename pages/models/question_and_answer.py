"""Frequently asked questions and their answers."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import Bilingual
from pages.models.public_text import PublicText, PublicTextQuerySet

MAX_ANSWER = 4000


class QuestionAndAnswerQuerySet(PublicTextQuerySet["QuestionAndAnswer"]):
    pass


class QuestionAndAnswer(PublicText):
    """A frequently asked question. `slug` is the HTML ID of its element on the page, so that links can lead to it."""

    BILINGUAL_FIELDS = ("question", "answer")

    slug = models.SlugField(
        _("short name"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Another question has this short name. Choose another.")},
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, validators=[MaxValueValidator(999)])
    question_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    question_fr = models.CharField(_("question (French)"), max_length=300, blank=True)
    answer_en = models.TextField(_("answer (English)"), max_length=MAX_ANSWER, blank=True)
    answer_fr = models.TextField(_("answer (French)"), max_length=MAX_ANSWER, blank=True)

    question = Bilingual(_("question"))

    objects: ClassVar[QuestionAndAnswerQuerySet] = QuestionAndAnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("frequently asked question")
        verbose_name_plural = _("frequently asked questions")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                name="question_and_answer_is_asked",
                condition=~models.Q(question_en="") | ~models.Q(question_fr=""),
                violation_error_message=_("Write the question in at least one language."),
            ),
            models.CheckConstraint(
                name="question_and_answer_en_short", condition=LessThanOrEqual(Length("answer_en"), MAX_ANSWER)
            ),
            models.CheckConstraint(
                name="question_and_answer_fr_short", condition=LessThanOrEqual(Length("answer_fr"), MAX_ANSWER)
            ),
        ]

    def __str__(self) -> str:
        return self.question
