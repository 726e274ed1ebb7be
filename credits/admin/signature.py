"""The page on which Pallium staff upload the image of a signature, and the image itself."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from credits.actions import remove_signature, set_signature
from credits.forms import SignatureForm
from credits.models import Accreditation
from echo_portal.lib.http import private
from echo_portal.lib.refusals import Refusal

MAX_BYTES = 2 * 1024 * 1024


def signature_page(page: "ModelAdmin[Any]", request: HttpRequest, record: Accreditation) -> HttpResponse:
    """Display the image and the form; on POST, set or remove the image."""
    staff = signed_in_person(request)
    here = reverse("admin:credits_accreditation_signature", args=(record.pk,))
    if request.method == "POST" and request.POST.get("act") == "remove":
        remove_signature(accreditation=record, by=staff)
        page.message_user(request, _("The image of the signature is removed."), messages.SUCCESS)
        return HttpResponseRedirect(here)
    posted = request.method == "POST"
    form = SignatureForm(request.POST if posted else None, request.FILES if posted else None)
    if any(getattr(handler, "is_too_large", False) for handler in request.upload_handlers):
        form.errors.pop("file", None)
        form.add_error("file", _("The file has more than 2 MB."))
    if posted and form.is_valid():
        try:
            set_signature(accreditation=record, data=form.cleaned_data["file"].read(), by=staff)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            page.message_user(request, _("The image of the signature is saved."), messages.SUCCESS)
            return HttpResponseRedirect(here)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Image of the signature"),
        "record": record,
        "form": form,
        "back": reverse("admin:credits_accreditation_change", args=(record.pk,)),
        "back_words": str(record),
    }
    return TemplateResponse(request, "admin/credits/signature.html", context, status=422 if form.errors else 200)


def signature_file(record: Accreditation) -> HttpResponse:
    """Return the image. Raises Http404 if there is none."""
    if record.signature is None:
        raise Http404
    return private(HttpResponse(bytes(record.signature.png), content_type="image/png"))
