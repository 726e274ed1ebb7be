"""Create the next version of a question."""

import datetime as dt

from evaluations.models import Question


def revise_question(*, question: Question, now: dt.datetime) -> None:
    """Retire the stored version of a question, and turn `question` into the unsaved next version.

    The caller must have locked the stored row, and must save `question` in the same transaction.
    """
    same = Question.objects.filter(hub=question.hub, code=question.code)
    last = same.order_by("-version").values_list("version", flat=True)[0]
    same.filter(retired_at__isnull=True).update(retired_at=now)
    question.pk, question.version = None, last + 1
    question._state.adding = True
