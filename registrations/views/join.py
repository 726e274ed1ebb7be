"""The join page. Emails link to it, so that a new meeting link needs no new email (PRODUCT.md 5)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.time_zones import viewer_zone, zone_shown_to
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from registrations.links import is_form_join_token, registration_of_join_token
from registrations.models import Registration
from registrations.presenters import when_html
from registrations.rules import waiting_list_moves
from sessions.models.session import ROOM_OPENS_BEFORE


def _registration(token: str) -> Registration:
    row = registration_of_join_token(token)
    if row is None:
        raise Http404
    return row


def _closed_reason(row: Registration) -> str:
    """Return why the room cannot be entered now, as a code for the template; empty if it can."""
    session, now = row.session, timezone.now()
    if not row.person.is_active:
        return "closed"
    if session.is_cancelled:
        return "cancelled"
    if row.state == Registration.State.CANCELLED:
        return "left" if row.cancelled_by_id == row.person_id else "taken"
    if row.state == Registration.State.WAITING:
        return "waiting"
    if session.is_over(now):
        return "over"
    if not session.room_is_open(now):
        return "early" if session.starts_at else "no-hour"
    return "" if session.join_url else "no-link"


@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show when the room opens or that the link follows, or the button and the telephone numbers.

    The status is 410 if the place was given back or the account is closed.
    """
    row = _registration(token)
    zone = viewer_zone(request) if is_form_join_token(token) else zone_shown_to(row.person, request)
    context = {
        "row": row,
        "session": row.session,
        "token": token,
        "when": when_html(row.session, zone, active_language()),
        "closed": _closed_reason(row),
        "list_moves": waiting_list_moves(row.session, timezone.now()),
        "minutes": int(ROOM_OPENS_BEFORE.total_seconds() // 60),
    }
    status = 410 if context["closed"] in ("left", "taken", "closed") else 200
    response = render(request, "registrations/join.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the meeting while the room is open; else to the page that says why not."""
    row = _registration(token)
    if _closed_reason(row):
        return redirect("join", token=token)
    response = HttpResponseRedirect(row.session.join_url)
    response["Referrer-Policy"] = "no-referrer"
    return private(response)
