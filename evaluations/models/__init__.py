"""Questions, evaluations of sessions, invitations, and anonymous answers."""

from .answer_sheet import AnswerSheet
from .evaluation import Evaluation, EvaluationQuerySet, EvaluationQuestion
from .invitation import Invitation, InvitationQuerySet
from .question import AGREEMENT, Question, QuestionQuerySet

__all__ = [
    "AGREEMENT",
    "AnswerSheet",
    "Evaluation",
    "EvaluationQuerySet",
    "EvaluationQuestion",
    "Invitation",
    "InvitationQuerySet",
    "Question",
    "QuestionQuerySet",
]
