"""The run sheet of a session, as a page and as a file to print."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.actions import record
from accounts.admin_scope import signed_in_person
from attendance.rules import check_can_take_attendance
from echo_portal.lib.http import pdf_to_save
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations.printed.run_sheet import run_sheet, run_sheet_pdf
from sessions.models import Session


def run_sheet_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    now = timezone.now()
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Run sheet"),
        "session": session,
        "original": session,
        "sheet": run_sheet(session, now),
        "opens_later": session.starts_at is not None and session.starts_at > now and not session.is_cancelled,
        "takes_roll_call": _takes_roll_call(session, now),
    }
    return TemplateResponse(request, "admin/registrations/run_sheet.html", context)


def _takes_roll_call(session: Session, now: dt.datetime) -> bool:
    try:
        check_can_take_attendance(session, now)
    except Refusal:
        return False
    return True


def run_sheet_file(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    """Return the run sheet as a PDF in the reader's language. An audit event is written, because it contains names.

    The second factor must have been passed recently.
    """
    back = reverse("admin:echo_sessions_session_run_sheet", args=(session.pk,))
    if asked := second_factor.ask_unless_recent(request, back):
        return asked
    try:
        with renderer_of_a_request() as renderer:
            file = run_sheet_pdf(session, now=timezone.now(), renderer=renderer)
    except NotRenderedError:
        page.message_user(request, _("The run sheet could not be made. Try again in a minute."), messages.ERROR)
        return HttpResponseRedirect(back)
    record(
        "run-sheet-downloaded",
        about=f"session:{session.pk}",
        by=signed_in_person(request),
        scope_id=session.series.hub_id,
    )
    name = _("run-sheet-%(series)s-%(number)s.pdf") % {"series": session.series.slug, "number": session.number}
    return pdf_to_save(file, name)
