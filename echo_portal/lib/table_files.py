"""A table as a download, as a CSV or an XLSX file."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.csv_file import csv_lines
from echo_portal.lib.xlsx_file import xlsx_file

XLSX = "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def header_language(request: HttpRequest) -> str:
    """Return the language that was chosen for the names of the columns, or "" for that of the page."""
    chosen = request.POST.get("header", "")
    return chosen if chosen in LANGUAGES else ""


def table_response(
    request: HttpRequest,
    rows: Iterable[Sequence[object]],
    *,
    file_name: str,
    codebook: Iterable[Sequence[str]] = (),
) -> HttpResponse:
    """Return a response with the rows, of which the first is the header, in the active language.

    If the posted `format` is XLSX, the file is a workbook with the codebook on a second sheet; otherwise it is a CSV
    file.
    """
    if request.POST.get("format") == XLSX:
        content = xlsx_file(rows, sheet=_("Data"), codebook=codebook, codebook_sheet=_("Columns"))
        response = HttpResponse(content, content_type=XLSX_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{file_name}.xlsx"'
        return response
    text = "".join(csv_lines(rows, active_language()))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return response


def streamed_table_response(
    request: HttpRequest,
    rows: Iterable[Sequence[object]],
    *,
    file_name: str,
    codebook: Iterable[Sequence[str]] = (),
) -> HttpResponse | StreamingHttpResponse:
    """Return the same response for many rows. A CSV file is sent while its rows are read, not stored in memory."""
    if request.POST.get("format") == XLSX:
        return table_response(request, rows, file_name=file_name, codebook=codebook)
    response = StreamingHttpResponse(csv_lines(rows, active_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return response
