"""Rules for how many questions a hub asks and when results may be displayed (PRODUCT.md 7, ADR 24)."""

import datetime as dt

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from evaluations.models import Question

FEWEST = 5
MOST_OF_A_HUB = 3


def may_show(answered: int, closes_at: dt.datetime, now: dt.datetime) -> bool:
    """Return whether the answers of a session may be displayed: after closing, with at least five sheets.

    All figures are sums over such sessions and over pools of smaller ones. The difference of two figures therefore also
    contains at least five answers.
    """
    return closes_at <= now and answered >= FEWEST


def check_can_ask(question: Question) -> None:
    """Raise Refusal if the hub already asks three other questions (PRODUCT.md 7)."""
    if question.hub_id is None or question.retired_at is not None:
        return
    others = Question.objects.current().filter(hub=question.hub_id).exclude(code=question.code)
    if others.count() >= MOST_OF_A_HUB:
        sentence = _("This hub asks three questions already. Stop asking one of them first.")
        raise Refusal(sentence, code="too-many-questions", field="is_asked_now")
