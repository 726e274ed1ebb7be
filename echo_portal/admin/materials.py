"""The materials of a session: links, and the page for uploading, replacing, withdrawing and restoring files."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from echo_portal.lib.documents import MAX_BYTES, RefusedDocumentError
from echo_portal.lib.http import document_to_save, private
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from hubs.admin_scope import HubScopedAdmin, HubScopedInline
from sessions.actions import Upload, restore_material, upload_material, withdraw_material
from sessions.forms import MaterialForm, MaterialFormSet, UploadMaterialForm, WithdrawMaterialForm
from sessions.models import Material, MaterialFile, Session
from sessions.presenters import document_name, size_label
from sessions.sentences import document_sentence


class MaterialInline(HubScopedInline, admin.StackedInline):  # type: ignore[type-arg]
    model = Material
    form = MaterialForm
    formset = MaterialFormSet
    fields = (
        ("kind", "language", "open_to"),
        "title",
        "url",
        ("minutes", "megabytes", "has_captions"),
        ("citation", "doi"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the materials that the inline lists. The others are on the page of recordings and documents."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(state=Material.State.SHOWN)


def materials_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    """Display the materials of the session and the form for uploading a file.

    A POST with `withdraw` or `restore` changes the material with that ID.
    """
    posted = request.method == "POST"
    acts = posted and ("withdraw" in request.POST or "restore" in request.POST)
    form = UploadMaterialForm(
        *((request.POST, request.FILES) if posted and not acts else ()), session=session, auto_id="upload_%s"
    )
    withdrawing = WithdrawMaterialForm(request.POST if "withdraw" in request.POST else None, auto_id=False)
    if posted:
        try:
            sentence = _act(request, session, withdrawing) if acts else _upload(request, session, form)
        except Refusal as refusal:
            page.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(request.path)
        if sentence:
            page.message_user(request, sentence, messages.SUCCESS)
            return HttpResponseRedirect(request.path)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": session,
        "title": _("Recordings and documents"),
        "session": session,
        "rows": _rows(session),
        "form": form,
        "withdrawing": withdrawing,
        "withdrawn": row_id(request.POST.get("withdraw")),
        "change_url": reverse("admin:echo_sessions_session_change", args=(session.pk,)),
    }
    status = 422 if form.errors or withdrawing.errors else 200
    return TemplateResponse(request, "admin/echo_sessions/session/materials.html", context, status=status)


def material_file(session: Session, pk: int) -> HttpResponse:
    """Return the file of a material of the session, even if it was withdrawn. Raises Http404 if it has no file."""
    file = MaterialFile.objects.select_related("material__session__series").filter(material=pk).first()
    if file is None or file.material.session_id != session.pk:
        raise Http404
    return private(document_to_save(bytes(file.content), document_name(file.material, file.extension), file.extension))


def _rows(session: Session) -> list[dict[str, Any]]:
    materials = Material.objects.filter(session=session).select_related("file", "replaced_by").defer("file__content")
    found = []
    for material in materials.annotate(opened=Sum("views__count")).order_by("kind", "pk"):
        file = getattr(material, "file", None)
        found.append(
            {
                "material": material,
                "file": file,
                "size": size_label(file.size) if file else "",
                "opened": material.opened or 0,  # type: ignore[attr-defined]
            }
        )
    return found


def _upload(request: HttpRequest, session: Session, form: UploadMaterialForm) -> str:
    """Save the file, and return a sentence about it, or "" if the form has errors."""
    if any(getattr(handler, "is_too_large", False) for handler in request.upload_handlers):
        form.errors.pop("file", None)
        form.add_error("file", document_sentence(RefusedDocumentError("too-large", megabytes=MAX_BYTES // 1024**2)))
    if not form.is_valid():
        return ""
    values = form.cleaned_data
    file = values["file"]
    names = ("kind", "language", "open_to", "title")
    upload = Upload(name=file.name, data=file.read(), **{name: values[name] for name in names})
    try:
        upload_material(
            session=session,
            upload=upload,
            replaces=values["replaces"],
            note_en=values["note_en"],
            note_fr=values["note_fr"],
            by=signed_in_person(request),
        )
    except RefusedDocumentError as refused:
        form.add_error("file", document_sentence(refused))
        return ""
    except Refusal as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return ""
    return _("The file is saved. It is on the page of the session once the session is over.")


def _act(request: HttpRequest, session: Session, form: WithdrawMaterialForm) -> str:
    """Withdraw or restore a material, and return a sentence about it, or "" if the form has errors. Raises Refusal."""
    name = "withdraw" if "withdraw" in request.POST else "restore"
    material = Material.objects.filter(session=session, pk=row_id(request.POST.get(name)) or 0).first()
    if material is None:
        raise Http404
    if name == "withdraw" and not form.is_valid():
        return ""
    if name == "withdraw":
        withdraw_material(material=material, **form.cleaned_data, by=signed_in_person(request))
        return _("The document is withdrawn. Its page says why.")
    restore_material(material=material, by=signed_in_person(request))
    return _("The document is shown again.")
