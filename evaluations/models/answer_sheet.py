"""Anonymous answers. They refer to the evaluation of a session, but not to a person."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluation import Evaluation


class AnswerSheet(models.Model):
    """The answers of one person to the questions of one evaluation.

    `answers` maps the primary key of a question, as text, to a number (agreement 1 to 5, the position of a choice from
    1, or the number itself) or to a text. Questions without an answer are missing.

    There is no time and no order: when a sheet is added, one statement stores all sheets of the evaluation again, in a
    random order and with new random IDs (ADR 24).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, verbose_name=_("evaluation"), related_name="sheets")
    language = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("fr", "Français")])
    answers = models.JSONField(_("answers"))

    class Meta:
        verbose_name = _("answers")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(name="answer_sheet_language_known", condition=models.Q(language__in=["en", "fr"])),
            models.CheckConstraint(name="answer_sheet_not_empty", condition=~models.Q(answers={})),
        ]

    def __str__(self) -> str:
        return str(self.evaluation_id)
