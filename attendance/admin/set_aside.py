"""The page with the rows of a session's report that were set aside, on which one is put back."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from attendance.actions import put_row_back
from attendance.admin.answers import answer, clock
from attendance.models import AttendanceRow
from attendance.queries.matching import rows_set_aside
from attendance.sentences import row_sentence
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from sessions.models import Session

PER_PAGE = 50


def set_aside_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display the rows that were set aside and, on POST, put one of them back."""
    if request.method == "POST":
        return _put_back(page, request, session)
    rows = Paginator(rows_set_aside(session), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Rows that were set aside"),
        "rows": [_shown(row, session) for row in rows],
        "page_obj": rows,
    }
    return answer(page, request, "set_aside", session, context)


def _shown(row: AttendanceRow, session: Session) -> dict[str, Any]:
    return {
        "row": row,
        "joined": clock(row.joined_at, session) if row.joined_at else "",
        "left": clock(row.left_at, session) if row.left_at else "",
        "reason": row_sentence(row.code, row.facts) if row.code else "",
    }


def _put_back(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    rows = AttendanceRow.objects.filter(report__session=session).select_related("report__session__series")
    found = rows.defer("report__file").filter(pk=row_id(request.POST.get("row")) or 0).first()
    try:
        if found is None:
            raise Refusal(_("This row is not set aside now."), code="not-aside")
        put_row_back(row=found, by=signed_in_person(request))
        page.message_user(request, _("Row %(row)s waits for a decision again.") % {"row": found.row}, messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:attendance_set_aside", args=(session.pk,)))
