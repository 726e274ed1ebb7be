"""Pages on which Pallium staff build, view, publish and withdraw reports (PRODUCT.md 7)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.models import Person
from echo_portal.lib.http import pdf_to_save
from echo_portal.lib.methods import require_http_methods, require_safe
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.refusals import Refusal
from echo_portal.reports.actions import build_report, choose_comment
from echo_portal.reports.comments import Candidate, candidates
from echo_portal.reports.selection import Selection, days
from echo_portal.views.report_forms import CommentForm, PeriodForm, WithdrawForm
from echo_portal.views.staff_only import staff_only
from pages import actions
from pages.models import Report
from pages.presenters.reports import report_page, title_of
from pages.printed.report import report_pdf

COMMENTS_ON_A_PAGE = 25
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
staff_required = staff_only(second_factor.ask_unless_passed, back="staff_reports")


@get_or_post
@staff_required
def staff_reports(request: HttpRequest, person: Person) -> HttpResponse:
    """Display all reports, and a form that builds the report of a period."""
    form = PeriodForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        first, last = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
        try:
            report = build_report(first=first, last=last, by=person, now=timezone.now())
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            return redirect("staff_report", pk=report.pk)
    rows = [(row, title_of(row)) for row in Report.objects.defer("figures", "comments")]
    return render(request, "reports/reports.html", {"form": form, "reports": rows})


@require_safe
@staff_required
def staff_report(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Display a report as on its public page, with the possible actions."""
    row = get_object_or_404(Report, pk=pk)
    context = {"row": row, "report": report_page(row), "another_is_published": _is_another_published(row)}
    return render(request, "reports/report.html", context)


def _is_another_published(row: Report) -> bool:
    return row.is_draft and Report.objects.current().of_period(row.first_on, row.last_on).exists()


@require_safe
@staff_required
def staff_report_pdf(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Return the report as a PDF that is rendered now. If this fails, display the report's page with a sentence."""
    row = get_object_or_404(Report, pk=pk)
    try:
        with renderer_of_a_request() as renderer:
            file = report_pdf(row, renderer=renderer)
    except NotRenderedError:
        messages.warning(request, _("The report could not be made. Try again in a minute."))
        return redirect("staff_report", pk=pk)
    return pdf_to_save(file, _("report-%(period)s.pdf") % {"period": row.period_code})


@get_or_post
@staff_required
def staff_report_comments(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Display the comments from evaluations in the period. On POST, add one to the report or remove one from it."""
    row = get_object_or_404(Report.objects.drafts(), pk=pk)
    found = candidates(Selection(days(row.first_on, row.last_on)), timezone.now())
    key = request.POST.get("key", "")
    refused: CommentForm | None = None
    if request.method == "POST":
        refused = _change_comments(request, person, row, next((one for one in found if one.key == key), None))
        if refused is None:
            return redirect(request.get_full_path())
    chosen = {comment["key"]: comment for comment in row.comments}
    page = Paginator(found, COMMENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    forms = [
        (
            one,
            refused if refused and one.key == key else CommentForm(key=one.key, initial=_initial(one, chosen)),
            one.key in chosen,
        )
        for one in page.object_list
    ]
    context = {"row": row, "title": title_of(row), "page": page, "forms": forms, "refused": refused}
    context["chosen"] = report_page(row).comments
    return render(request, "reports/comments.html", context, status=422 if refused else 200)


def _initial(one: Candidate, chosen: dict[str, dict[str, Any]]) -> dict[str, Any]:
    stored = chosen.get(one.key, {})
    return {"text": one.text} | {name: stored[name] for name in ("text", "language", "translation") if name in stored}


def _change_comments(
    request: HttpRequest, person: Person, row: Report, candidate: Candidate | None
) -> CommentForm | None:
    """Do what the pressed button requests. Return the form if it was refused, else None."""
    if candidate is None:
        raise Http404
    if "leave_out" in request.POST:
        actions.leave_out_comment(report=row, key=candidate.key, by=person)
        return None
    form = CommentForm(request.POST, key=candidate.key)
    if form.is_valid():
        try:
            choose_comment(report=row, candidate=candidate, by=person, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
    return form if form.errors else None


@get_or_post
@staff_required
def publish_report(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Display a confirmation page and, on POST, publish the draft."""
    row = get_object_or_404(Report, pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            actions.publish_report(report=row, sha256=request.POST.get("sha256", ""), by=person)
        except Refusal as refusal:
            problem = refusal.sentence
        else:
            messages.success(request, _("The report is published."))
            return redirect("staff_report", pk=pk)
    is_impossible = _is_another_published(row)
    if is_impossible and not problem:
        problem = _("The report of this period is published already. Withdraw it first.")
        return render(request, "reports/publish.html", _asked_to_publish(row, problem, is_impossible=True))
    context = _asked_to_publish(row, problem, is_impossible=is_impossible)
    return render(request, "reports/publish.html", context, status=409 if problem else 200)


def _asked_to_publish(row: Report, problem: str, *, is_impossible: bool) -> dict[str, Any]:
    return {"row": row, "title": title_of(row), "problem": problem, "is_impossible": is_impossible}


@get_or_post
@staff_required
def withdraw_report(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Display a form for the notice in both languages and, on POST, withdraw the published report."""
    row = get_object_or_404(Report.objects.current(), pk=pk)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_report(report=row, by=person, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The report is withdrawn."))
            return redirect("staff_report", pk=pk)
    return render(request, "reports/withdraw.html", {"row": row, "title": title_of(row), "form": form})


@get_or_post
@staff_required
def delete_report(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Display a confirmation page and, on POST, delete the draft."""
    row = get_object_or_404(Report.objects.drafts(), pk=pk)
    if request.method == "POST":
        try:
            actions.delete_draft(report=row, by=person)
        except Refusal as refusal:
            messages.warning(request, refusal.sentence)
        return HttpResponseRedirect(reverse("staff_reports"))
    return render(request, "reports/delete.html", {"row": row, "title": title_of(row)})
