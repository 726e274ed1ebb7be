"""The page for uploading a report, with the form for mapping unknown columns and the list of mapped ones."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from attendance.actions import forget_header, map_header, upload_report
from attendance.admin.answers import answer
from attendance.forms import ROLES, MappingForm, UploadForm
from attendance.models import HeaderMapping
from attendance.sentences import file_sentence
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.tables.limits import MAX_BYTES
from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.lib.text import row_id
from sessions.models import Session

MOST_COLUMNS = 40


def upload_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Parse the uploaded report and redirect to its dry run.

    If the file is refused, display the reason and, for unknown columns, the form for mapping them.
    """
    if request.method == "POST" and "map" in request.POST:
        return _map(page, request, session)
    if request.method == "POST" and "forget" in request.POST:
        return _forget(page, request, session)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if any(getattr(handler, "is_too_large", False) for handler in request.upload_handlers):
        form.errors.pop("file", None)
        form.add_error("file", file_sentence("too-large", {"megabytes": MAX_BYTES // 1024**2}, zone=""))
    mapping: MappingForm | None = None
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            report = upload_report(
                session=session,
                file_name=values["file"].name,
                data=values["file"].read(),
                zone=values["zone"],
                meeting=values["meeting"],
                by=signed_in_person(request),
            )
        except RefusedTableError as refused:
            form.add_error("file", file_sentence(refused.code, refused.facts, zone=values["zone"]))
            if refused.code == "unknown-header" and refused.found:
                mapping = MappingForm(columns=[column for column in refused.found if column][:MOST_COLUMNS])
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if report.is_live:
                page.message_user(request, _("This report is imported already; nothing was changed."), messages.INFO)
            return HttpResponseRedirect(reverse("admin:attendance_attendanceimport_change", args=(report.pk,)))
    return _page(page, request, session, form, mapping, status=422 if form.errors else 200)


def _map(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    columns = [column[:200] for column in request.POST.getlist("header")[:MOST_COLUMNS]]
    mapping = MappingForm(request.POST, columns=columns)
    here = reverse("admin:attendance_upload", args=(session.pk,))
    if columns and mapping.is_valid():
        try:
            map_header(hub=session.series.hub, columns=columns, roles=mapping.roles(), by=signed_in_person(request))
        except Refusal as refusal:
            mapping.add_error(None, refusal.sentence)
        else:
            sentence = _("The columns are remembered for your hub. Upload the report again.")
            page.message_user(request, sentence, messages.SUCCESS)
            return HttpResponseRedirect(here)
    return _page(page, request, session, UploadForm(), mapping, status=422)


def _forget(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Forget a mapping of the session's hub. A second POST changes nothing."""
    pk = row_id(request.POST.get("forget")) or 0
    found = HeaderMapping.objects.filter(hub=session.series.hub_id, pk=pk).first()
    if found is not None:
        forget_header(mapping=found, by=signed_in_person(request))
    page.message_user(
        request, _("The columns are forgotten. Upload the report to say again what they are."), messages.SUCCESS
    )
    return HttpResponseRedirect(reverse("admin:attendance_upload", args=(session.pk,)))


def _page(
    page: "ModelAdmin[Any]",
    request: HttpRequest,
    session: Session,
    form: UploadForm,
    mapping: MappingForm | None,
    *,
    status: int,
) -> HttpResponse:
    context = {
        "title": _("Upload an attendance report"),
        "form": form,
        "mapping": mapping,
        "mapped": [_mapped(one) for one in HeaderMapping.objects.filter(hub=session.series.hub_id)],
    }
    return answer(page, request, "upload", session, context, status=status)


def _mapped(mapping: HeaderMapping) -> dict[str, Any]:
    roles = [ROLES.get(role, role) for role in mapping.roles]
    return {"pk": mapping.pk, "columns": list(zip(mapping.columns, roles, strict=True)), "name": str(mapping)}
