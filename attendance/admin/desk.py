"""The review desk, on which a coordinator decides for each unmatched row to whom it belongs.

Rows are displayed one at a time, with their evidence. People are never proposed because of their name.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from attendance.actions import give_minutes, match_row, set_row_aside
from attendance.admin.answers import answer, clock
from attendance.models import AttendanceImport, AttendanceRow
from attendance.presenters import row_reason
from attendance.queries.evidence import candidates
from attendance.queries.matching import addresses_in_series, people_of_series, rows_to_decide
from attendance.reading.intervals import in_window, seconds
from attendance.rules import names_a_device
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from registrations.queries.people import shown_names
from sessions.models import Session


def desk_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display the next row to decide, or that there is none; on POST, save a decision.

    `?after=` is the ID of a row. Rows up to this ID are displayed only after all others.
    """
    report = AttendanceImport.objects.defer("file").live().filter(session=session).first()
    rows = rows_to_decide().filter(report=report) if report else AttendanceRow.objects.none()
    if request.method == "POST":
        return _decide(page, request, session, rows)
    waiting = rows.count()
    after = row_id(request.GET.get("after")) or 0
    row = rows.filter(pk__gt=after).order_by("pk").first() or rows.order_by("pk").first()
    context: dict[str, Any] = {"title": _("Review desk"), "report": report, "waiting": waiting, "row": row}
    if row is not None and report is not None:
        row.report = report
        report.session = session
        search = request.GET.get("q", "").strip()[:100]
        context |= {
            "search": search,
            "candidates": candidates(row, search=search),
            "may_remember": bool(row.key) and not names_a_device(row.key),
            "reason": row_reason(row, in_series=addresses_in_series(session.series, [row])),
            **_times(row, session),
        }
    return answer(page, request, "desk", session, context)


def _times(row: AttendanceRow, session: Session) -> dict[str, Any]:
    if row.joined_at is None or row.left_at is None:
        return {"most": int((row.report.window_end - row.report.window_start).total_seconds()) // 60}
    span = (int(row.joined_at.timestamp()), int(row.left_at.timestamp()))
    start, end = int(row.report.window_start.timestamp()), int(row.report.window_end.timestamp())
    return {
        "joined": clock(row.joined_at, session),
        "left": clock(row.left_at, session),
        "minutes": seconds(in_window([span], start, end)) // 60,
        "has_times": row.outcome == AttendanceRow.Outcome.COUNTED,
    }


def _decide(page: "ModelAdmin[Any]", request: HttpRequest, session: Session, rows: Any) -> HttpResponse:
    """Save the decision about one row, unless the row was decided in the meantime, and redirect to the review desk."""
    here = reverse("admin:attendance_desk", args=(session.pk,))
    wanted = row_id(request.POST.get("row")) or 0
    found = rows.select_related("report__session__series").defer("report__file").filter(pk=wanted).first()
    by = signed_in_person(request)
    try:
        if found is None:
            raise Refusal(_("This row has been decided since."), code="decided")
        if request.POST.get("act") == "aside":
            set_row_aside(row=found, by=by)
            done = _("Row %(row)s is set aside.") % {"row": found.row}
        else:
            done = _give(request, session, found)
        page.message_user(request, done, messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    return HttpResponseRedirect(here)


def _give(request: HttpRequest, session: Session, row: AttendanceRow) -> str:
    by = signed_in_person(request)
    person = people_of_series(session.series).filter(pk=row_id(request.POST.get("person")) or 0).first()
    if person is None:
        raise Refusal(_("Choose a person."), code="no-person", field="person")
    name = shown_names(session.series_id, [person])[person.pk]
    if row.outcome == AttendanceRow.Outcome.COUNTED:
        count = match_row(row=row, person=person, remember=request.POST.get("remember") == "yes", by=by)
        return ngettext("%(count)d row now belongs to %(name)s.", "%(count)d rows now belong to %(name)s.", count) % {
            "count": count,
            "name": name,
        }
    minutes = request.POST.get("minutes", "")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 5):
        raise Refusal(_("Give the minutes."), code="no-minutes", field="minutes")
    give_minutes(row=row, person=person, minutes=int(minutes), by=by)
    return _("%(name)s: %(minutes)s minutes.") % {"name": name, "minutes": minutes}
