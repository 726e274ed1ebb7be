"""The page for a roll call, on which a coordinator ticks the registrants who attend, usually on a phone."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from attendance.actions import take_roll_call
from attendance.admin.answers import answer
from attendance.presenters import people_ticked, roll_call_sentence
from attendance.queries.roll_call import registrants_to_call
from attendance.rules import check_can_take_attendance
from echo_portal.lib.refusals import Refusal
from sessions.models import Session


def roll_call_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display a check box for each registrant and, on POST, save the roll call.

    An attendance from a report or a correction cannot be changed here.
    """
    back = reverse("admin:attendance_session", args=(session.pk,))
    try:
        check_can_take_attendance(session, timezone.now())
        if request.method == "POST":
            present = people_ticked(request.POST.getlist("present"))
            added, taken_back = take_roll_call(session=session, present=present, by=signed_in_person(request))
            page.message_user(request, roll_call_sentence(added, taken_back), messages.SUCCESS)
            return HttpResponseRedirect(back)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    return answer(page, request, "roll_call", session, {"title": _("Roll call"), "rows": registrants_to_call(session)})
