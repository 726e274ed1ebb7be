"""Pages with the long exports that Pallium staff requested (PRODUCT.md 7)."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import second_factor
from accounts.models import Person
from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.lib.table_files import XLSX_TYPE
from echo_portal.reports.exporting import delete_export, record_download
from echo_portal.reports.models import LongExport
from echo_portal.views.staff_only import staff_only

owner_required = staff_only(second_factor.ask_unless_recent, back="long_exports")
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_TYPE}


@require_safe
@owner_required
def long_exports(request: HttpRequest, person: Person) -> HttpResponse:
    """Display the person's long exports with their progress."""
    rows = LongExport.objects.kept(timezone.now()).filter(owner=person).select_related("hub", "series")
    is_waiting = any(row.finished_at is None and row.failed_at is None for row in rows)
    return render(request, "reports/exports.html", {"rows": rows, "is_waiting": is_waiting})


@require_POST
@owner_required
def long_export_file(request: HttpRequest, person: Person, export: UUID) -> HttpResponseBase:
    """Send the file to the person who requested it, and write an audit event."""
    kept = LongExport.objects.kept(timezone.now())
    row = get_object_or_404(kept, owner=person, public_id=export, finished_at__isnull=False)
    record_download(export=row, by=person)
    response = StreamingHttpResponse(_content(row), content_type=TYPES[row.format])
    response["Content-Disposition"] = f'attachment; filename="{row.kind}-{row.period_code}.{row.format}"'
    return response


def _content(row: LongExport) -> Iterator[bytes]:
    """Yield the parts of the file. Only one of them is in memory at a time."""
    for number in row.parts.values_list("number", flat=True):
        yield bytes(row.parts.get(number=number).content)


@require_POST
@owner_required
def delete_long_export(request: HttpRequest, person: Person, export: UUID) -> HttpResponse:
    row = get_object_or_404(LongExport, owner=person, public_id=export)
    delete_export(export=row, by=person)
    return redirect("long_exports")
