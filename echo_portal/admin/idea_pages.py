"""The pages on which a hub plans an idea, moves it between stages, and creates a draft series from it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from echo_portal.admin.idea_forms import PlanForm, StageForm, planned_sessions
from echo_portal.lib.refusals import Refusal
from proposals.actions import make_series, move_to_stage, save_plan
from proposals.models import Inquiry, Plan


def plan_of(row: Inquiry) -> Plan:
    """Return the plan of an idea. Raises Http404 for other inquiries."""
    plan = Plan.objects.filter(inquiry=row).select_related("series").first()
    if plan is None:
        raise Http404
    return plan


def shape_page(page: Any, request: HttpRequest, row: Inquiry) -> HttpResponse:
    """Display the plan with its sessions and, on POST, save it."""
    plan = plan_of(row)
    data = request.POST if request.method == "POST" else None
    form, sessions = PlanForm(data, instance=plan), planned_sessions(data, plan)
    if data is not None and _are_valid(form, sessions):
        rows = [one.instance for one in sessions.filled]
        try:
            save_plan(inquiry=row, values=form.values(), sessions=rows, by=signed_in_person(request))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            page.message_user(request, _("Saved."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:proposals_inquiry_shape", args=(row.pk,)))
    has_errors = data is not None and not (form.is_valid() and sessions.is_valid())
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Plan"),
        "inquiry": row,
        "form": form,
        "sessions": sessions,
        "has_errors": has_errors,
        "back": reverse("admin:proposals_inquiry_change", args=(row.pk,)),
        "back_words": str(row),
    }
    return TemplateResponse(request, "admin/proposals/shape.html", context, status=422 if has_errors else 200)


def _are_valid(form: PlanForm, sessions: Any) -> bool:
    if not (form.is_valid() and sessions.is_valid()):
        return False
    for one in sessions.filled:
        one.check_clock(form.cleaned_data["time_zone"])
    return all(one.is_valid() for one in sessions.filled)


def stage_page(page: Any, request: HttpRequest, row: Inquiry) -> HttpResponse:
    plan = plan_of(row)
    form = StageForm(request.POST or None, plan=plan)
    words = {
        "title": _("Stage"),
        "button": _("Move it"),
        "note": _("The idea is at the stage “%(stage)s”. The authors see the stage behind their link.")
        % {"stage": plan.get_stage_display()},
    }
    act = lambda: move_to_stage(inquiry=row, by=signed_in_person(request), **form.cleaned_data)  # noqa: E731
    return page.act_page(request, row, form, words, act)  # type: ignore[no-any-return]


def series_page(page: Any, request: HttpRequest, row: Inquiry) -> HttpResponse:
    """Display what the draft series will contain. On POST, create it and redirect to its desk."""
    plan = plan_of(row)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            series = make_series(inquiry=row, by=signed_in_person(request))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            page.message_user(request, _("The draft series is made. Nobody sees it before it is published."))
            if plan.objectives:
                page.message_user(request, _missing_objectives(plan.language), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(series.pk,)))
    words = {
        "title": _("Make the draft series"),
        "button": _("Make the draft series"),
        "note": _("It carries the titles, the summary with the learning objectives, and these sessions:"),
        "planned": list(plan.sessions.all()),
    }
    return page.page_of(request, row, form, words)  # type: ignore[no-any-return]


def _missing_objectives(language: str) -> str:
    if language == "fr":
        return _("The learning objectives are in French only. Add them to the English summary.")
    return _("The learning objectives are in English only. Add them to the French summary.")
