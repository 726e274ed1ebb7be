"""Enter the meeting of a session through a personal joining link, and take the roll call (PRODUCT.md 1 and 5)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import Person
from attendance.actions import record_join, take_roll_call
from attendance.presenters import people_ticked, roll_call_sentence
from attendance.queries.roll_call import registrants_to_call
from attendance.rules import check_can_take_attendance
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.refusals import Refusal
from registrations.links import is_form_join_token
from registrations.views.join import closed_reason, registration_of
from registrations.views.leading import session_led_by


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the meeting while people can join. Otherwise redirect to the page that displays the reason.

    A POST, the press of the button, is saved as evidence. A GET is not, because mail scanners open links. A press on
    the page after a form is not saved either, because another person may have filled in the form.
    """
    row = registration_of(token)
    if closed_reason(row):
        return redirect("join", token=token)
    if request.method == "POST" and not is_form_join_token(token):
        record_join(registration=row, now=timezone.now())
    response = HttpResponseRedirect(row.session.join_url)
    if request.method == "POST":
        response.status_code = 303
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def roll_call(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Save which registrants attend. Only people who lead the session may do so, and not before its start."""
    assert isinstance(request.user, Person)
    row = session_led_by(request.user, session)
    problem = ""
    try:
        check_can_take_attendance(row, timezone.now())
        if request.method == "POST":
            present = people_ticked(request.POST.getlist("present"))
            added, taken_back = take_roll_call(session=row, present=present, by=request.user)
            messages.success(request, roll_call_sentence(added, taken_back))
            return private(redirect("lead_session", session=session))
    except Refusal as refusal:
        problem = refusal.sentence
    rows = [] if problem else registrants_to_call(row)
    context = {"session": row, "rows": rows, "problem": problem}
    return private(render(request, "attendance/roll_call.html", context, status=409 if problem else 200))
