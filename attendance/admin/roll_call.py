"""The page for a roll call: tick the registrants who attend, usually on a phone."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from attendance.actions import take_roll_call
from attendance.admin.answers import answer
from attendance.models import Attendance
from attendance.rules import check_can_take_attendance
from echo_portal.lib.refusals import Refusal
from registrations.models import Registration
from sessions.models import Session


def roll_call_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display a check box for each registrant. Attendances from a report or a correction cannot be changed here."""
    back = reverse("admin:attendance_session", args=(session.pk,))
    try:
        check_can_take_attendance(session, timezone.now())
        if request.method == "POST":
            present = {int(text) for text in request.POST.getlist("present") if text.isascii() and text.isdigit()}
            added, taken_back = take_roll_call(session=session, present=present, by=signed_in_person(request))
            page.message_user(request, _done(added, taken_back), messages.SUCCESS)
            return HttpResponseRedirect(back)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    places = Registration.objects.registered().filter(session=session).select_related("person")
    known = {row.person_id: row for row in Attendance.objects.confirmed().filter(session=session)}
    rows = [
        {
            "person": place.person,
            "name": place.shown_name,
            "attendance": known.get(place.person_id),
            "is_called": place.person_id in known,
            "is_fixed": place.person_id in known and known[place.person_id].source != Attendance.Source.ROLL_CALL,
        }
        for place in places.with_shown_name()
    ]
    return answer(page, request, "roll_call", session, {"title": _("Roll call"), "rows": rows})


def _done(added: int, taken_back: int) -> str:
    parts = []
    if added:
        parts.append(ngettext("%(count)d person was added.", "%(count)d people were added.", added) % {"count": added})
    if taken_back:
        parts.append(
            ngettext("%(count)d person was taken back.", "%(count)d people were taken back.", taken_back)
            % {"count": taken_back}
        )
    return " ".join(parts) or _("Nothing was changed.")
