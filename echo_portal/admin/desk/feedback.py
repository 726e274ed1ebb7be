"""The tab about the evaluations of a series: how many people answered, their answers, and exports of them (ADR 24)."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.actions import record
from accounts.admin_scope import signed_in_person
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium
from echo_portal.lib.table_files import header_language, table_response
from evaluations.models import Question
from evaluations.presenters import (
    agreement_bar,
    answer_words,
    feedback_codebook,
    feedback_table,
    hidden_words,
    percent_of,
    sheets_codebook,
    sheets_table,
)
from evaluations.queries.results import Rate, comments, few_answered, question_results, rates_of
from hubs.admin_scope import HubScopedAdmin
from sessions.models import Series

Kind = Question.Kind


def feedback_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display how many people answered for each session, and their answers.

    The answers are those of all sessions, or those of the session in the query.
    """
    now = timezone.now()
    rates = _rates(series)
    chosen = next((rate for rate in rates if str(rate.evaluation.session_id) == request.GET.get("session")), None)
    shown = [chosen] if chosen else rates
    results = question_results(shown, now)
    context: dict[str, Any] = {
        "rows": [
            {
                "session": rate.evaluation.session,
                "when": _day(rate.evaluation.session.on_date),
                "invited": rate.invited,
                "answered": rate.answered,
                "percent": percent_of(rate.answered, rate.invited),
                "is_shown": rate.is_shown(now),
                "why_not": hidden_words(rate, now),
            }
            for rate in rates
        ],
        "invited": sum(rate.invited for rate in shown),
        "answered": sum(rate.answered for rate in shown),
        "percent": percent_of(sum(rate.answered for rate in shown), sum(rate.invited for rate in shown)),
        "chosen": chosen.evaluation.session if chosen else None,
        "bars": [agreement_bar(result) for result in results if result.question.kind == Kind.AGREE],
        "others": [
            (result.question.text, result.answered, answer_words(result))
            for result in results
            if result.question.kind != Kind.AGREE
        ],
        "few_answered": few_answered(shown, results, now),
        "comments": comments(shown, now),
        "left_out": sum(not rate.is_shown(now) for rate in shown),
        "exports_rows": signed_in_person(request).is_pallium_staff,
    }
    return desk_answer(page, request, series, "feedback", "feedback", context)


def export_feedback(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return a file with the results by session and question, and write an audit event.

    As for each export, the person must have passed the second factor recently.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if asked := _ask_unless_recent(request, series):
        return asked
    header_in = header_language(request)
    rows = list(feedback_table(_rates(series), timezone.now(), header_in=header_in))
    record("feedback-exported", **_what(request, series, rows))
    codebook = feedback_codebook(header_in=header_in)
    return table_response(request, rows, file_name=f"{series.slug}-feedback", codebook=codebook)


def export_answers(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return a file with one row for each sheet of answers, and write an audit event.

    Only Pallium staff may do so (PRODUCT.md 7), and they must have passed the second factor recently. Raises Http404
    for others.
    """
    if not signed_in_person(request).is_pallium_staff:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if asked := _ask_unless_recent(request, series):
        return asked
    rates, header_in = _rates(series), header_language(request)
    rows = list(sheets_table(rates, timezone.now(), header_in=header_in))
    record("answers-exported", **_what(request, series, rows))
    codebook = sheets_codebook(rates, header_in=header_in)
    return table_response(request, rows, file_name=f"{series.slug}-answers", codebook=codebook)


def _ask_unless_recent(request: HttpRequest, series: Series) -> HttpResponse | None:
    return second_factor.ask_unless_recent(request, reverse("admin:echo_sessions_series_feedback", args=(series.pk,)))


def _day(on_date: dt.date | None) -> str:
    return date_medium(on_date, active_language()) if on_date else "–"


def _rates(series: Series) -> list[Rate]:
    return rates_of(series.sessions.values_list("pk", flat=True))


def _what(request: HttpRequest, series: Series, rows: list[list[object]]) -> dict[str, Any]:
    """Return the arguments for the audit event of a download."""
    return {
        "about": f"series:{series.pk}",
        "by": signed_in_person(request),
        "scope_id": series.hub_id,
        "details": {"lines": len(rows) - 1},
    }
