"""Write the next version of a question."""

import datetime as dt

from evaluations.models import Question


def revise_question(*, question: Question, now: dt.datetime) -> None:
    """Retire the stored version, and make `question`, with its new words, the next version, which is not saved yet.

    The caller holds the lock of the stored row, and saves `question` in the same transaction.
    """
    same = Question.objects.filter(hub=question.hub, code=question.code)
    last = same.order_by("-version").values_list("version", flat=True)[0]
    same.filter(retired_at__isnull=True).update(retired_at=now)
    question.pk, question.version = None, last + 1
    question._state.adding = True
