"""Answer requests “I was there”: a coordinator accepts a request with minutes, or refuses it with a reason."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from attendance.actions import accept_request, refuse_request
from attendance.admin.answers import answer
from attendance.forms import AnswerForm
from attendance.models import AttendanceRequest
from attendance.queries.asked import open_requests
from attendance.queries.session_people import evidence_of
from echo_portal.lib.refusals import Refusal
from registrations.queries.people import shown_names
from sessions.models import Session


def answer_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session, pk: int) -> HttpResponse:
    """Display a request with its evidence and the form for the answer and, on POST, save the answer."""
    found = AttendanceRequest.objects.filter(session=session, pk=pk).select_related("person", "answered_by").first()
    if found is None:
        raise Http404
    accepts = request.POST.get("act") == "accept"
    form = AnswerForm(request.POST or None, session=session, accepts=accepts)
    if request.method == "POST" and form.is_valid():
        try:
            done = _answer(found, form, by=signed_in_person(request))
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            page.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:attendance_session", args=(session.pk,)))
    context = {"title": _("“I was there”"), "row": _rows([found], session)[0], "form": form}
    return answer(page, request, "request", session, context, status=422 if form.errors else 200)


def requests_of(session: Session) -> list[dict[str, Any]]:
    """Return the open requests about the session, each with its evidence and a form, using three queries."""
    found = open_requests(session)
    rows = _rows(found, session) if found else []
    for row in rows:
        row["form"] = AnswerForm(session=session, auto_id=f"request-{row['request'].pk}-%s")
    return rows


def _rows(found: list[AttendanceRequest], session: Session) -> list[dict[str, Any]]:
    people = [one.person for one in found]
    names = shown_names(session.series_id, people)
    evidence = evidence_of([one.pk for one in people], session)
    return [{"request": one, "name": names[one.person_id], "evidence": evidence[one.person_id]} for one in found]


def _answer(row: AttendanceRequest, form: AnswerForm, *, by: Any) -> str:
    name = shown_names(row.session.series_id, [row.person])[row.person_id]
    if form.accepts:
        minutes = form.cleaned_data["minutes"]
        accept_request(request=row, minutes=minutes, note=form.cleaned_data["reason"], by=by)
        return _("%(name)s: %(minutes)s minutes.") % {"name": name, "minutes": minutes}
    refuse_request(request=row, reason=form.cleaned_data["reason"], by=by)
    return _("The request of %(name)s is refused.") % {"name": name}
