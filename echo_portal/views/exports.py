"""Pages with the long exports that Pallium staff requested (PRODUCT.md 7)."""

import functools
from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.models import Person
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.lib.table_files import XLSX_TYPE
from echo_portal.reports.exporting import delete_export, record_download
from echo_portal.reports.models import LongExport

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_TYPE}


def owner_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view, limited to Pallium staff who passed the second factor recently.

    It gets the person as an argument.

    Raises Http404 for others.
    """

    @login_required
    @functools.wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        person = request.user
        assert isinstance(person, Person)
        if not person.is_pallium_staff:
            raise Http404
        asked = second_factor.ask_unless_recent(request, reverse("long_exports"))
        return private(asked or view(request, person, *args, **kwargs))

    return checked


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
