"""Evaluations of sessions: when they are open, and which versions of questions they ask."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluations.models.question import Question
from sessions.models import Session


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def open(self, now: dt.datetime) -> "EvaluationQuerySet":
        return self.filter(closes_at__gt=now)


class Evaluation(models.Model):
    """The evaluation of one session. Its questions do not change after it is opened.

    `is_condition` is whether an accreditation of the session asks for it when it is opened (ADR 41).
    `condition_ended` is whether none asks for it any more; while it is true, people are not told of the condition.
    """

    session = models.OneToOneField(Session, models.PROTECT, verbose_name=_("session"), related_name="evaluation")
    opened_at = models.DateTimeField(_("opened"))
    closes_at = models.DateTimeField(_("closes"))
    is_condition = models.BooleanField(_("condition of the certificate"), default=False)
    condition_ended = models.BooleanField(_("condition has ended"), default=False)
    questions = models.ManyToManyField(
        Question, verbose_name=_("questions"), through="EvaluationQuestion", related_name="evaluations"
    )

    objects: ClassVar[EvaluationQuerySet] = EvaluationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.CheckConstraint(
                name="evaluation_closes_after_opening", condition=models.Q(closes_at__gt=models.F("opened_at"))
            )
        ]
        indexes = [models.Index(fields=["closes_at"], name="evaluation_closes_at")]

    def __str__(self) -> str:
        return str(self.session)

    @property
    def announces_condition(self) -> bool:
        return self.is_condition and not self.condition_ended

    def is_open(self, now: dt.datetime) -> bool:
        return now < self.closes_at


class EvaluationQuestion(models.Model):
    """A question of an evaluation. Positions begin at 1."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, verbose_name=_("evaluation"), related_name="asked")
    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="asked")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("question of an evaluation")
        verbose_name_plural = _("questions of an evaluation")
        ordering = ["evaluation", "position"]
        constraints = [
            models.UniqueConstraint(name="evaluation_question_once", fields=["evaluation", "question"]),
            models.UniqueConstraint(name="evaluation_position_once", fields=["evaluation", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.question_id}"
