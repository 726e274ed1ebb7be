"""Pages about the attendance of one session: the people with their evidence, and the form for corrections."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from attendance.actions import correct_attendance
from attendance.admin.answering import requests_of
from attendance.admin.answers import answer
from attendance.forms import CorrectionForm
from attendance.models import Attendance, AttendanceCorrection, AttendanceImport
from attendance.queries.matching import people_of_series, rows_to_decide
from attendance.queries.session_people import people_of_session, with_evidence
from attendance.rules import check_can_take_attendance
from echo_portal.lib.refusals import Refusal
from registrations.queries.people import shown_names
from sessions.models import Session

PER_PAGE = 100


def session_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display all people with a place or an attendance in the session, and the actions that are possible."""
    try:
        check_can_take_attendance(session, timezone.now())
        closed = ""
    except Refusal as refusal:
        closed = refusal.sentence
    people = Paginator(people_of_session(session), PER_PAGE).get_page(request.GET.get("page"))
    reports = AttendanceImport.objects.defer("file").filter(session=session)
    live = reports.live().first()
    return answer(
        page,
        request,
        "session",
        session,
        {
            "title": _("Attendance"),
            "closed": closed,
            "live": live,
            "draft": reports.drafts().first(),
            "open_rows": rows_to_decide().filter(report=live).count() if live else 0,
            "attended": Attendance.objects.confirmed().filter(session=session).count(),
            "requests": requests_of(session),
            "people": with_evidence(list(people), session),
            "page_obj": people,
        },
    )


def correct_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session, person_id: int) -> HttpResponse:
    """Display a person's earlier corrections and the form for another one and, on POST, save it."""
    person = people_of_series(session.series).filter(pk=person_id).first()
    if person is None:
        raise Http404
    name = shown_names(session.series_id, [person])[person.pk]
    back = reverse("admin:attendance_session", args=(session.pk,))
    now = Attendance.objects.filter(session=session, person=person).with_listing().first()
    initial = {"minutes": now.minutes if now else None}
    form = CorrectionForm(request.POST or None, session=session, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correct_attendance(
                session=session,
                person=person,
                seconds=form.seconds(),
                reason=form.cleaned_data["reason"],
                by=signed_in_person(request),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            page.message_user(
                request, _("The attendance of %(name)s was corrected.") % {"name": name}, messages.SUCCESS
            )
            return HttpResponseRedirect(back)
    history = AttendanceCorrection.objects.filter(session=session, person=person).select_related("made_by")
    context = {"title": _("Correct: %(name)s") % {"name": name}, "form": form, "attendance": now, "history": history}
    return answer(page, request, "correct", session, context, status=422 if form.errors else 200)
