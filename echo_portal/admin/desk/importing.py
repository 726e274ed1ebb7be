"""Import a list of people: upload, check, dry run with the emails, then all people or nobody.

A worker does the dry run and the import of a long list (ADR 59); the page then displays the progress.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from accounts.vocabularies import Language, Profession, Province
from echo_portal.admin.desk.adding import (
    addition_url,
    displayed_addition,
    preview_addition,
    registrants_url,
    sessions_to_add,
)
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.list_worker import addition_values
from echo_portal.admin.desk.people_forms import ColumnsForm, UploadListForm, WordsForm
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.table_files import table_response
from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.lib.text import row_id
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.actions import list_work
from registrations.actions.importing import details_of
from registrations.models import RegistrantList
from registrations.queries.registrant_lists import uploader_of_deleted_list
from registrations.reading.checks import VOCABULARIES, unknown_words
from registrations.reading.columns import Columns, columns_of
from registrations.reading.registrant_list import MAX_BYTES
from registrations.sentences import (
    ROLES,
    cleaned_sentence,
    fault_sentence,
    fault_sentences,
    file_sentence,
)
from sessions.models import Series

FAULTS_SHOWN = 200
# Unknown words whose meaning is asked at once. A column with more of them is another column than its header says.
WORDS_ASKED = 20


def import_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the form. On POST, parse an uploaded file and redirect to its check; nobody is registered yet.

    A file that can be read is kept, also if another field has to be corrected first.
    """
    posted = request.method == "POST"
    kept = _kept_list(request, series)
    form = UploadListForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        sessions=sessions_to_add(series),
        kept=kept,
    )
    if any(getattr(handler, "is_too_large", False) for handler in request.upload_handlers):
        form.errors.pop("file", None)
        form.add_error("file", file_sentence("too-large", {"megabytes": MAX_BYTES // 1024**2}))
    if posted:
        kept = _save_file(form, series, kept, by=signed_in_person(request))
        if kept is not None and form.is_valid():
            kept = actions.complete_list(registrant_list=kept, **form.values())
            return _checked_by_worker(request, kept)
    context = {
        "subtitle": _("Import a list of people"),
        "form": form,
        "kept": kept,
        "column_words": _column_words(),
        "back": registrants_url(series),
    }
    return desk_answer(page, request, series, "registrants", "import", context)


def _kept_list(request: HttpRequest, series: Series) -> RegistrantList | None:
    """Return the draft whose file this person uploaded with a form that has to be corrected, or None."""
    asked = row_id((request.POST if request.method == "POST" else request.GET).get("list"))
    drafts = RegistrantList.objects.drafts().filter(series=series, uploaded_by=signed_in_person(request), work="")
    return drafts.filter(pk=asked).first() if asked is not None else None


def _save_file(
    form: UploadListForm, series: Series, kept: RegistrantList | None, *, by: Person
) -> RegistrantList | None:
    """Save the uploaded file, and return it as a draft. Return the draft that is kept if no file was uploaded.

    If the file cannot be used, this is an error of its field.
    """
    form.is_valid()
    file = form.cleaned_data.get("file")
    if not file:
        return kept
    try:
        draft = actions.upload_list(series=series, file_name=file.name, data=file.read(), by=by, **form.values())
    except RefusedTableError as refused:
        form.add_error("file", file_sentence(refused.code, refused.facts))
        return kept
    form.keep(draft)
    return draft


def example_list(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return a CSV file with all known columns and one invented person, as an example of a list."""
    header = [ROLES[role] for role in ("name", "email", "language", "profession", "province")]
    person = ["Denise Tremblay", "denise@example.ca", Language.FR.label, Profession.RN.label, Province.QC.label]
    rows = [[str(cell) for cell in row] for row in (header, person)]
    return table_response(request, rows, file_name=f"{series.slug}-example")


def _column_words() -> list[tuple[str, list[str]]]:
    """Return the columns that accept only certain words, with these words in the active language."""
    return [(str(ROLES[role]), [str(label) for label in words.labels]) for role, words in VOCABULARIES.items()]


def check_list_page(page: HubScopedAdmin, request: HttpRequest, series: Series, upload: int) -> HttpResponse:
    """Display the faults of a list or, if it has none, the dry run of its import. On POST, import it.

    If the list was replaced by a later upload, also in this moment, redirect to the newest one.
    """
    try:
        return _check_list(page, request, series, upload)
    except RegistrantList.DoesNotExist:
        return _way_on(page, request, series, upload)
    except Refusal as refusal:  # a worker has begun, or somebody else has imported the list, meanwhile
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(request.path)


def _way_on(page: HubScopedAdmin, request: HttpRequest, series: Series, upload: int) -> HttpResponse:
    """Redirect from a list that no longer exists to the newest one of the same person, or to the form.

    Raises Http404 if there was no such list in this series.
    """
    uploaded_by = uploader_of_deleted_list(series, upload)
    if uploaded_by is None:
        raise Http404
    newest = RegistrantList.objects.drafts().filter(series=series, uploaded_by_id=uploaded_by).first()
    if newest is not None:
        sentence = _("That list was replaced by a later upload. This is the newest one: %(name)s.")
        page.message_user(request, sentence % {"name": newest.file_name}, messages.WARNING)
        return HttpResponseRedirect(_check_url(newest))
    sentence = _("That list is no longer kept. Upload the file again if its people are not registered yet.")
    page.message_user(request, sentence, messages.WARNING)
    return HttpResponseRedirect(reverse("admin:echo_sessions_series_import", args=(series.pk,)))


def _check_list(page: HubScopedAdmin, request: HttpRequest, series: Series, upload: int) -> HttpResponse:
    draft = RegistrantList.objects.select_related("addition").get(pk=upload, series=series)
    if draft.addition is not None:
        return HttpResponseRedirect(addition_url(draft.addition))
    if not draft.is_complete:
        return HttpResponseRedirect(
            f"{reverse('admin:echo_sessions_series_import', args=(series.pk,))}?list={draft.pk}"
        )
    if draft.work:
        return _progress(page, request, series, draft)
    columns = columns_of(draft.table["header"], draft.columns)
    step = request.POST.get("step", "")
    known = dict(zip(draft.table["header"], columns.roles, strict=True))
    headers = _headers_to_choose(draft, columns)
    form = ColumnsForm(request.POST if step == "columns" else None, headers=headers, known=known)
    if step == "columns" and form.is_valid():
        return _checked_by_worker(request, actions.map_list_columns(registrant_list=draft, roles=form.roles()))
    if step == "check":
        return _checked_by_worker(request, draft)
    context: dict[str, Any] = {
        "subtitle": _("Check the list: %(name)s") % {"name": draft.file_name},
        "list": draft,
        "count_of_rows": len(draft.table["rows"]),
        "columns": [(header, ROLES[role]) for header, role in known.items() if role],
        "form": form,
        "missing": [ROLES[role] for role in columns.missing],
        "repeated": [ROLES[role] for role in columns.repeated],
        "again": reverse("admin:echo_sessions_series_import", args=(series.pk,)),
        "back": registrants_url(series),
    }
    if columns.are_clear and step == "import":
        try:
            return _import(page, request, draft)
        except Refusal as refusal:
            context["fault"] = refusal.sentence
    if columns.are_clear:
        context = _checked(request, draft) | context
        words = context.get("words_form")
        if step == "words" and words and words.is_valid():
            draft = actions.map_list_words(registrant_list=draft, meanings=words.meanings())
            return _checked_by_worker(request, draft)
    return desk_answer(page, request, series, "registrants", "check_list", context)


def _import(page: HubScopedAdmin, request: HttpRequest, draft: RegistrantList) -> HttpResponse:
    """Import the list, or let a worker do it, as it was displayed. Raises Refusal if nobody is registered."""
    by = signed_in_person(request)
    confirmed = {"sha256": request.POST.get("sha256", ""), "seen": request.POST.get("seen", "")}
    if list_work.is_long(draft):
        list_work.ask_for_work(registrant_list=draft, work=RegistrantList.Work.IMPORT, by=by, **confirmed)
        return HttpResponseRedirect(_check_url(draft))
    done = actions.import_list(registrant_list=draft, by=by, **confirmed)
    page.message_user(request, _("The list was imported."), messages.SUCCESS)
    return HttpResponseRedirect(addition_url(done))


def _progress(page: HubScopedAdmin, request: HttpRequest, series: Series, row: RegistrantList) -> HttpResponse:
    """Display how far the worker is. A POST changes nothing."""
    if request.method == "POST":
        return HttpResponseRedirect(_check_url(row))
    is_import = row.work == RegistrantList.Work.IMPORT
    context = {
        "subtitle": (_("Import of the list: %(name)s") if is_import else _("Check the list: %(name)s"))
        % {"name": row.file_name},
        "list": row,
        "is_import": is_import,
        "back": registrants_url(series),
    }
    return desk_answer(page, request, series, "registrants", "list_progress", context)


def _checked_by_worker(request: HttpRequest, draft: RegistrantList) -> HttpResponseRedirect:
    """Let a worker do the dry run of a long list without faults, and redirect to the page of the list."""
    is_ready = list_work.is_long(draft) and columns_of(draft.table["header"], draft.columns).are_clear
    if is_ready and not actions.checked_list(draft).faults:
        by = signed_in_person(request)
        list_work.ask_for_work(registrant_list=draft, work=RegistrantList.Work.CHECK, by=by)
    return HttpResponseRedirect(_check_url(draft))


def _checked(request: HttpRequest, draft: RegistrantList) -> dict[str, Any]:
    """Return the faults of the list and, if there are none, the dry run of its import.

    A long list has a dry run only if a worker has done it for this person.
    """
    checked = actions.checked_list(draft)
    place = {"sheet": draft.table["sheet"], "header": draft.table["header"]}
    faults = fault_sentences(checked.faults, **place)
    found: dict[str, Any] = {
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "count_of_faults": len(checked.faults),
        "doubts": [fault_sentence(doubt, **place) for doubt in checked.doubts[:FAULTS_SHOWN]],
        "cleaned": cleaned_sentence(draft.table["cleaned"]),
    }
    if words := unknown_words(checked.faults)[:WORDS_ASKED]:
        posted = request.POST if request.POST.get("step") == "words" else None
        found["words_form"] = WordsForm(posted, words=words)
    if faults:
        return found
    values = addition_values(draft)
    if list_work.is_long(draft):
        reader = signed_in_person(request)
        if draft.dry_run is None or draft.asked_by_id != reader.pk:
            return found | {"fault": _failure(draft), "needs_check": True}
        return found | displayed_addition(reader, draft.series, values, draft.dry_run)
    try:
        return found | preview_addition(request, draft.series, details_of(checked), values)
    except Refusal as refusal:
        return found | {"fault": refusal.sentence}


def _failure(draft: RegistrantList) -> str:
    """Return why the last work on the list ended without a result, or "" if it did not fail."""
    if draft.failed_at is None:
        return ""
    unknown = _("The list could not be checked or imported. Nobody is registered. Try again, or divide the list.")
    return str(draft.failure.get(active_language(), unknown))


def _headers_to_choose(draft: RegistrantList, columns: Columns) -> list[str]:
    """Return the unknown headers, or all headers if the name or the address was not found or was found twice."""
    if columns.missing or columns.repeated:
        return [header for header in draft.table["header"] if header]
    return list(columns.unknown)


def _check_url(draft: RegistrantList) -> str:
    return reverse("admin:echo_sessions_series_check_list", args=(draft.series_id, draft.pk))
