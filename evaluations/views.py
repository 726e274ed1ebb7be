"""The page on which a person answers an evaluation. It is opened with the link in an email."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.time_zones import zone_shown_to
from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.refusals import Refusal
from evaluations.actions import answer
from evaluations.forms import AnswerForm
from evaluations.links import invitation_of_link
from evaluations.models import Invitation
from registrations.presenters import when_html


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, token: str) -> HttpResponse:
    """Display the questions and, on POST, store the answers. The status is 410 once the evaluation is closed.

    A GET changes nothing, because mail scanners open links.
    """
    invitation = invitation_of_link(token)
    now = timezone.now()
    if invitation.has_answered:
        return _page(request, invitation, state="answered")
    if not invitation.evaluation.is_open(now):
        return _page(request, invitation, state="closed", status=410)
    asked = list(invitation.evaluation.asked.select_related("question"))
    form = AnswerForm(refused_forms.sent_values(request), asked=asked)
    if request.method != "POST" or not form.is_valid():
        return refused_forms.answer(request, form, lambda: _page(request, invitation, state="open", form=form))
    try:
        answer(invitation=invitation, answers=form.answers(), language=active_language(), now=now)
    except Refusal:
        return _page(request, invitation, state="closed", status=410)
    return refused_forms.forget(private(redirect("evaluate", token=token)))


def _page(request: HttpRequest, invitation: Invitation, *, status: int = 200, **context: Any) -> HttpResponse:
    session = invitation.evaluation.session
    when = when_html(session, zone_shown_to(invitation.person, request), active_language())
    context |= {"session": session, "when": when, "is_condition": invitation.evaluation.announces_condition}
    return private(render(request, "evaluations/evaluate.html", context, status=status))
