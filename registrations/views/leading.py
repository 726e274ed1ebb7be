"""Pages for the people who lead a session: their sessions, the run sheet, and the host's link (PRODUCT.md 1)."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from accounts.time_zones import zone_shown_to
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import pdf_to_save, private
from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from registrations.presenters import when_html
from registrations.printed.run_sheet import run_sheet, run_sheet_pdf
from registrations.views.join import with_meeting
from sessions.models import Session, SessionRole
from sessions.models.session import ROOM_OPENS_BEFORE


@require_safe
@login_required
def leading(request: HttpRequest) -> HttpResponse:
    """Display the sessions that the signed-in person leads, until two weeks after each."""
    person, now, language = _person(request), timezone.now(), active_language()
    rows = SessionRole.objects.open_to(person, now).select_related("session__series")
    roles: dict[Session, list[str]] = {}
    for row in rows.order_by("session__over_at", "session", "role"):
        roles.setdefault(row.session, []).append(str(row.get_role_display()))
    zone = zone_shown_to(person, request)
    sessions = [(session, when_html(session, zone, language), ", ".join(names)) for session, names in roles.items()]
    return private(render(request, "registrations/leading.html", {"sessions": sessions}))


@require_safe
@login_required
def lead_session(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Display the run sheet, and buttons for the meeting and the roll call while they can be used."""
    row = session_led_by(_person(request), session)
    return private(_page(request, row))


@require_safe
@login_required
def lead_session_pdf(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Return the run sheet as a PDF. An audit event is written, because it contains names."""
    row = session_led_by(_person(request), session)
    try:
        with renderer_of_a_request() as renderer:
            file = run_sheet_pdf(row, now=timezone.now(), renderer=renderer)
    except NotRenderedError:
        problem = _("The run sheet could not be made. Try again in a minute.")
        return private(_page(request, row, problem=problem, status=503))
    record("run-sheet-downloaded", about=f"session:{row.pk}", by=_person(request), scope_id=row.series.hub_id)
    name = _("run-sheet-%(series)s-%(number)s.pdf") % {"series": row.series.slug, "number": row.number}
    return private(pdf_to_save(file, name))


@require_POST
def enter_as_host(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Redirect to the host's link, or to the joining link if there is none, while the meeting is open.

    A person who is not signed in is redirected to the session's page after signing in, because this URL accepts no GET.
    """
    if not isinstance(request.user, Person):
        return redirect_to_login(reverse("lead_session", kwargs={"session": session}))
    row = session_led_by(_person(request), session)
    target = row.host_url or row.join_url
    if not target or not row.room_is_open(timezone.now()):
        return redirect("lead_session", session=session)
    record("entered-as-host", about=f"session:{row.pk}", by=_person(request), scope_id=row.series.hub_id)
    response = HttpResponseRedirect(target, status=303)
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


def session_led_by(person: Person, public_id: uuid.UUID) -> Session:
    """Return the session with this public ID.

    Raises Http404 if the person has no role in it, or if it was more than two weeks ago.
    """
    roles = SessionRole.objects.open_to(person, timezone.now()).filter(session__public_id=public_id)
    session = Session.objects.select_related("series").filter(pk__in=roles.values("session")).first()
    if session is None:
        raise Http404
    return session


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _page(request: HttpRequest, row: Session, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    target = row.host_url or row.join_url
    context: dict[str, Any] = {
        "session": row,
        "sheet": run_sheet(row, now),
        "when": when_html(row, zone_shown_to(_person(request), request), active_language()),
        "room_is_open": row.room_is_open(now) and bool(target),
        "room_opens_later": bool(row.starts_at and now < row.starts_at - ROOM_OPENS_BEFORE and not row.is_cancelled),
        "minutes": int(ROOM_OPENS_BEFORE.total_seconds() // 60),
        "takes_roll_call": bool(row.starts_at and row.starts_at <= now and not row.is_cancelled),
        "problem": problem,
    }
    response = render(request, "registrations/lead_session.html", context, status=status)
    if context["room_is_open"]:
        response._csp_config = with_meeting(target)  # type: ignore[attr-defined]
    return response
