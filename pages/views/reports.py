"""Public pages of published reports (PRODUCT.md 8)."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import pdf_to_save
from echo_portal.lib.methods import require_safe
from pages.models import Report, ReportFile
from pages.presenters.reports import report_page, title_of, withdrawn_page


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Display the published reports, the newest first."""
    rows = [(row, title_of(row)) for row in Report.objects.current().defer("figures", "comments")]
    return render(request, "pages/reports.html", {"reports": rows})


@require_safe
def report(request: HttpRequest, period: str) -> HttpResponse:
    """Display the published report of the period. If it was withdrawn, display the reason, with the status 410."""
    row = _published(period)
    if row.is_withdrawn:
        return render(request, "pages/report_withdrawn.html", {"report": withdrawn_page(row)}, status=410)
    has_file = row.files.filter(language=active_language(), pdf__isnull=False).exists()
    earlier = Report.objects.published().of_period(row.first_on, row.last_on).exclude(pk=row.pk).first()
    context = {
        "report": report_page(row),
        "period_code": row.period_code,
        "has_file": has_file,
        "replaces": withdrawn_page(earlier) if earlier else None,
    }
    return render(request, "pages/report.html", context)


@require_safe
def report_file(request: HttpRequest, period: str) -> HttpResponse:
    """Return the PDF file in the language of the URL.

    Raises Http404 if the file has not been made yet or the report was withdrawn.
    """
    row = _published(period)
    file = ReportFile.objects.filter(report=row, language=active_language(), pdf__isnull=False).first()
    if row.is_withdrawn or file is None or file.pdf is None:
        raise Http404
    return pdf_to_save(bytes(file.pdf), _("report-%(period)s.pdf") % {"period": row.period_code})


def _published(period: str) -> Report:
    """Return the report of the period that is published or, if none is, the one that was withdrawn last.

    Raises Http404 if there is none.
    """
    first, _separator, last = period.partition("--")
    try:
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        raise Http404 from None
    rows = Report.objects.published().of_period(*days)
    found = rows.filter(withdrawn_at__isnull=True).first() or rows.first()
    if found is None or found.period_code != period:
        raise Http404
    return found
