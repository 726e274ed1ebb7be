"""The page to which joining links in emails lead, so that a changed meeting link needs no new email (PRODUCT.md 5)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.csp import CSP

from accounts.time_zones import viewer_zone, zone_shown_to
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_safe
from echo_portal.lib.text import masked
from registrations.links import is_form_join_token, registration_of_join_token
from registrations.models import Registration
from registrations.presenters import when_html
from registrations.queries.email_facts import explained_by_email
from registrations.rules import waiting_list_moves
from sessions.models.session import ROOM_OPENS_BEFORE


def registration_of(token: str) -> Registration:
    """Return the registration of a joining link. Raises Http404 if the token is forged."""
    row = registration_of_join_token(token)
    if row is None:
        raise Http404
    return row


def closed_reason(row: Registration) -> str:
    """Return a code for the reason why the meeting cannot be joined now, or "" if it can be joined."""
    session, now = row.session, timezone.now()
    if not row.person.is_active:
        return "closed"
    if session.is_cancelled:
        return "cancelled"
    if row.state == Registration.State.CANCELLED:
        return row.given_up
    if row.state == Registration.State.WAITING:
        return "waiting"
    if session.is_over(now):
        return "over"
    if not session.room_is_open(now):
        return "early" if session.starts_at else "no-hour"
    return "" if session.join_url else "no-link"


def is_gone(row: Registration) -> bool:
    """Return whether the place was given up or the account is closed, so that the pages of the link answer 410."""
    return closed_reason(row) in ("left", "taken", "unproved", "closed")


@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Display the button and the telephone numbers, or the reason why the meeting cannot be joined.

    The status is 410 if the place was given up or the account is closed.
    """
    row = registration_of(token)
    zone = viewer_zone(request) if is_form_join_token(token) else zone_shown_to(row.person, request)
    context = {
        "row": row,
        "session": row.session,
        "token": token,
        "when": when_html(row.session, zone, active_language()),
        "closed": closed_reason(row),
        "email_says_why": row.pk in explained_by_email([row]),
        "address": masked(row.person.email),
        "takes_codes": _takes_codes(row, token),
        "list_moves": waiting_list_moves(row.session, timezone.now()),
        "minutes": int(ROOM_OPENS_BEFORE.total_seconds() // 60),
    }
    response = render(request, "registrations/join.html", context, status=410 if is_gone(row) else 200)
    response["Referrer-Policy"] = "no-referrer"
    if not context["closed"]:
        response._csp_config = with_meeting(row.session.join_url)  # type: ignore[attr-defined]
    return private(response)


def _takes_codes(row: Registration, token: str) -> bool:
    """Return whether the registrant can type a code now.

    This is False on the page after a form, which anybody can send.
    """
    is_own = row.state == Registration.State.REGISTERED and row.person.is_active and not is_form_join_token(token)
    return is_own and row.session.takes_codes(timezone.now())


def with_meeting(join_url: str) -> dict[str, Any]:
    """Return the content security policy of the joining page, whose button leads to the meeting.

    Browsers apply `form-action` also to redirects, and providers redirect to other hosts of their domain.
    """
    host = urlsplit(join_url).hostname or ""
    domain = ".".join(host.split(".")[-2:])
    hosts = [f"https://{host}", f"https://{domain}", f"https://*.{domain}"] if "." in host else []
    return {**settings.SECURE_CSP, "form-action": [CSP.SELF, *hosts]}
