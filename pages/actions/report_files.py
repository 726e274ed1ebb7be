"""Make the PDF files of published reports."""

import hashlib

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import translation

from echo_portal.lib.pdf.rendering import Renderer, renderer_of_this_process
from pages.models import ReportFile
from pages.printed.report import report_pdf

log = structlog.get_logger(__name__)


def render_report_files() -> int:
    """Make the missing files, each in its own transaction, and return how many were made."""
    renderer = renderer_of_this_process()
    return sum(_render(pk, renderer) for pk in list(ReportFile.objects.to_render().values_list("pk", flat=True)))


def _render(pk: int, renderer: Renderer) -> bool:
    """Make one file, and return whether it was made. Skip it if another worker is making it.

    Attempts are counted, so that a file that fails repeatedly is not tried forever.
    """
    if not ReportFile.objects.to_render().filter(pk=pk).update(attempts=F("attempts") + 1):
        return False
    try:
        with transaction.atomic():
            rows = ReportFile.objects.filter(pk=pk, pdf__isnull=True).select_related("report")
            file = rows.select_for_update(of=("self",), skip_locked=True).first()
            if file is None:
                return False
            with translation.override(file.language):
                file.pdf = report_pdf(file.report, renderer=renderer)
            file.sha256 = hashlib.sha256(file.pdf).hexdigest()
            file.save(update_fields=["pdf", "sha256"])
            return True
    except Exception as problem:  # noqa: BLE001 (a file that cannot be made must not stop the others)
        log.warning("report_not_rendered", file=pk, error=type(problem).__name__)
        return False
