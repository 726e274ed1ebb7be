"""Views for joining a meeting, typing its code, the roll call, and asking for attendance (PRODUCT.md 1 and 5)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.signed_in_forms import signed_in_form
from accounts.time_zones import zone_shown_to
from attendance.actions import ask_for_attendance, open_shared_room, record_join, take_roll_call, type_code
from attendance.codes import said_code, shown_digits
from attendance.forms import RequestForm, SessionCodeForm
from attendance.presenters import people_ticked, roll_call_sentence
from attendance.queries.asked import asking_about
from attendance.queries.roll_call import registrants_to_call
from attendance.queries.said import count_of_said, room_of, typed_codes
from attendance.rules import check_can_take_attendance, check_can_type_code
from attendance.throttles import may_type
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods, require_safe
from echo_portal.lib.refusals import Refusal
from registrations.links import is_form_join_token
from registrations.presenters import when_html
from registrations.views.join import closed_reason, is_gone, registration_of
from registrations.views.leading import session_led_by
from sessions.models import Session


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the meeting if it can be joined now, else to the page that explains why it cannot.

    A POST is a press of the button, and saved as evidence. A GET is not, because mail scanners open links. A press on
    the page that follows a registration form is not saved either, because somebody else may have filled in the form.
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
def session_code(request: HttpRequest, token: str) -> HttpResponse:
    """Display the codes that the registrant typed. On POST, save a code or open a shared room.

    Raises Http404 for the joining link on the page that follows a registration form, because somebody else may have
    filled in the form.
    """
    if is_form_join_token(token):
        raise Http404
    row, now = registration_of(token), timezone.now()
    opens = request.POST.get("act") == "open"
    form = SessionCodeForm(request.POST if request.method == "POST" and not opens else None)
    problem, status = "", 200
    try:
        check_can_type_code(row, now)
        if opens:
            open_shared_room(registration=row, now=now)
            return private(redirect("session_code", token=token))
        if form.is_valid():
            if not may_type(row):
                raise Refusal(_("Too many codes. Wait ten minutes."), code="too-many", field="code")
            type_code(registration=row, typed=form.cleaned_data["code"], now=now)
            return private(redirect("session_code", token=token))
    except Refusal as refusal:
        status = 429 if refusal.code == "too-many" else 422
        if refusal.field:
            form.add_error(refusal.field, refusal.sentence)
        else:
            problem, status = refusal.sentence, 409 if request.method == "POST" else 410 if is_gone(row) else 200
    room = room_of(row)
    context = {
        "session": row.session,
        "token": token,
        "when": when_html(row.session, zone_shown_to(row.person, request), active_language()),
        "problem": problem,
        "form": form,
        "typed": typed_codes(row),
        "room": room,
        "room_code": shown_digits(room.code) if room else "",
    }
    status = 422 if form.errors and status == 200 else status
    response = render(request, "attendance/session_code.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


@require_safe
@login_required
def lead_code(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Display the code that is said in the session to the people who lead it.

    The code is empty before the start of the session, and when codes are no longer accepted.
    """
    assert isinstance(request.user, Person)
    row = session_led_by(request.user, session)
    now = timezone.now()
    takes_codes = row.takes_codes(now) and row.starts_at is not None and row.starts_at <= now
    context = {
        "session": row,
        "code": shown_digits(said_code(row)) if takes_codes else "",
        "count": count_of_said(row),
    }
    return private(render(request, "attendance/lead_code.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_form
def roll_call(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Display the roll call and, on POST, save which registrants attend.

    Only people who lead the session may do so, and not before its start.
    """
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


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_form
def ask(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Display the form for a request “I was there” and, on POST, send it to the hub.

    The person must have had a place in the session.
    """
    assert isinstance(request.user, Person)
    row = get_object_or_404(Session.objects.public().select_related("series__hub"), public_id=session)
    form = RequestForm(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            ask_for_attendance(session=row, person=request.user, text=form.cleaned_data["text"])
            messages.success(request, _("The hub has your request, and answers by email."))
            return private(redirect("my_sessions"))
        problem = _why_not(request.user, row)
    except Refusal as refusal:
        problem = refusal.sentence
    context = {
        "session": row,
        "when": when_html(row, zone_shown_to(request.user, request), active_language()),
        "form": None if problem else form,
        "problem": problem,
    }
    status = 409 if problem and request.method == "POST" else 422 if form.errors else 200
    return private(render(request, "attendance/ask.html", context, status=status))


def _why_not(person: Person, session: Session) -> str:
    found = asking_about(person, [session.pk], timezone.now()).get(session.pk)
    return found.refusal if found else _("You had no place in this session.")
