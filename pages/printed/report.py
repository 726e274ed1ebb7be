"""The PDF file of a report."""

import functools
from pathlib import Path

from django.template.loader import render_to_string

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.pdf.rendering import Renderer
from hubs.queries import funding_note
from pages.models import Report
from pages.presenters.reports import report_page


def report_pdf(report: Report, *, renderer: Renderer) -> bytes:
    """Return the report in the active language as a PDF/UA-1 and PDF/A-2a file. Raises NotRenderedError."""
    context = {
        "report": report_page(report),
        "language": active_language(),
        "funding_note": funding_note(),
        "printed": True,
    }
    return renderer.render(render_to_string("pages/report_print.html", context), style=_style(), images={})


@functools.cache
def _style() -> str:
    widths = "".join(f".w-{percent} {{ width: {percent}%; }}\n" for percent in range(101))
    return Path(__file__).with_name("report.css").read_text() + widths
