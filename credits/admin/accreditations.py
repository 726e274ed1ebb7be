"""Admin pages of accreditations. Coordinators can view them, and only Pallium staff can edit them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from accounts import second_factor
from accounts.admin_fields import NamedCells
from accounts.admin_scope import signed_in_person
from credits.actions import Corrected, digest_of, end_review, follow_accreditation, give_review, remove_signature
from credits.admin import signature
from credits.audit_pack.archive import TABLES
from credits.audit_pack.download import pack_response
from credits.forms import AccreditationForm, ReviewerForm
from credits.models import Accreditation, CertifiedSession
from credits.queries.reviews import reviewers_of
from credits.rules import accreditation_warnings
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.uploads import page_with_file
from hubs.admin_scope import HubScopedAdmin, HubScopedInline
from sessions.models import Session

CONFIRMED = "_corrects_certificates"


class UnconfirmedError(Exception):
    """Raised in the transaction of a save that corrects other certificates than those that the person confirmed."""

    def __init__(self, record: Accreditation, corrected: list[Corrected]) -> None:
        super().__init__()
        self.signatory = record.signatory_words
        self.corrected = corrected


class CertifiedSessionInline(HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    model = CertifiedSession
    formset = NamedCells
    only_staff_writes = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        request.__dict__["_certified_series"] = obj.series_id if obj else None
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field. Only sessions of the accredited series can be chosen."""
        if db_field.name == "session":
            kwargs["queryset"] = Session.objects.filter(series=request.__dict__.get("_certified_series"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Accreditation)
class AccreditationAdmin(HubScopedAdmin):
    form = AccreditationForm
    only_staff_writes = True
    hub_path = "series.hub_id"
    immutable_fields = ("series",)
    inlines = (CertifiedSessionInline,)
    list_display = (
        "series",
        "programme",
        "category",
        "max_credits",
        "valid_from",
        "valid_to",
        "complete",
        "is_specimen",
    )
    list_filter = ("programme", ("series", admin.RelatedOnlyFieldListFilter), "is_specimen")
    list_select_related = ("series",)
    search_fields = ("series__title_en", "series__title_fr", "programme")
    autocomplete_fields = ("series",)
    fieldsets = (
        (None, {"fields": ("series", "certifier", ("scheme", "programme", "category"), "professions")}),
        (_("Credits"), {"fields": (("credits_per_hour", "max_per_session", "max_credits"), "credit_step")}),
        (
            _("As approved"),
            {
                "fields": (("statement_en", "statement_fr"), ("valid_from", "valid_to"), "is_specimen"),
                "description": _(
                    "Without both statements and both dates no certified statement appears anywhere. "
                    "Copy the statements exactly."
                ),
            },
        ),
        (
            _("Signatory"),
            {
                "fields": (("signatory_name",), ("signatory_title_en", "signatory_title_fr")),
                "description": _(
                    "Each certificate names who signs it, with their title. Without a signatory, certificates with "
                    "this accreditation are held back. Certificates that are issued already do not change."
                ),
            },
        ),
        (_("Kept with the record"), {"fields": (("conflicts_declared_on", "interaction_percent"),)}),
        (_("Condition"), {"fields": ("evaluation_required",)}),
    )

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Return the inline of certified sessions, or none while a new accreditation is not saved yet."""
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("series")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Return the form, or a preview instead of saving a change that corrects issued certificates."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except UnconfirmedError as unconfirmed:
            signatory, corrected = unconfirmed.signatory, unconfirmed.corrected
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": translate("Certificates that would change"),
            "posted": [(name, one) for name, values in request.POST.lists() if name != CONFIRMED for one in values],
            "confirmed": CONFIRMED,
            "digest": digest_of(corrected),
            "has_changed": CONFIRMED in request.POST,
            "signatory": signatory,
            "replaced": [one for one in corrected if one.after],
            "revoked": [one for one in corrected if not one.after],
        }
        return TemplateResponse(request, "admin/credits/corrected.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the accreditation. If another person signs, remove the image of the signature."""
        super().save_model(request, obj, form, change)
        form.removes_signature = bool(obj.signature_id) and "signatory_name" in form.changed_data
        if form.removes_signature:
            remove_signature(accreditation=obj, by=signed_in_person(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the IDs of the sessions, correct certificates, and display warnings about the whole accreditation.

        Raises UnconfirmedError, which takes everything back, if certificates would be corrected that the person has not
        confirmed, because there was no preview or because certificates have changed since.
        """
        super().save_related(request, form, formsets, change)
        corrected = follow_accreditation(series=form.instance.series, by=signed_in_person(request))
        if corrected and request.POST.get(CONFIRMED) != digest_of(corrected):
            raise UnconfirmedError(form.instance, corrected)
        if form.removes_signature:
            words = translate("The image of the signature is removed, because it was that of the signatory before.")
            self.message_user(request, words, messages.WARNING)
        ids = list(form.instance.certified_sessions.values_list("certified_id", flat=True))
        for sentence in accreditation_warnings(form.instance, ids):
            self.message_user(request, sentence, messages.WARNING)

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"credits_accreditation_{name}")

        return [
            at("<int:pk>/audit-pack/", self.pack_view, "pack"),
            at("<int:pk>/reviewers/", self.reviewers_view, "reviewers"),
            path("<int:pk>/signature/", csrf_exempt(self.signature_with_file), name="credits_accreditation_signature"),
            at("<int:pk>/signature/image/", self.signature_file_view, "signature_file"),
            *super().get_urls(),
        ]

    def pack_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Display the contents of the audit pack and, on POST, return the file.

        A POST requires a recent code of the second factor.
        """
        record = self._own(request, pk)
        if request.method == "POST":
            here = reverse("admin:credits_accreditation_pack", args=(record.pk,))
            if asked := second_factor.ask_unless_recent(request, here):
                return asked
            return pack_response(record, by=signed_in_person(request))
        return self._answer(request, "pack", record, {"title": translate("Audit pack"), "tables": TABLES})

    def reviewers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display the reviewers and, on POST, give or end access. Only Pallium staff may do so."""
        record, staff = self._of_staff(request, pk), signed_in_person(request)
        ends = request.POST.get("act") == "end"
        here = reverse("admin:credits_accreditation_reviewers", args=(record.pk,))
        form = ReviewerForm(request.POST if request.method == "POST" and not ends else None)
        if request.method == "POST" and (asked := second_factor.ask_unless_recent(request, here)):
            return asked
        if ends:
            wanted = request.POST.get("reviewer", "")
            row = next((row for row in reviewers_of(record) if str(row.pk) == wanted), None)
            if row is None:
                raise Http404
            end_review(reviewer=row, by=staff)
            self.message_user(request, translate("The access is ended."), messages.SUCCESS)
            return HttpResponseRedirect(here)
        if form.is_valid():
            try:
                give_review(accreditation=record, by=staff, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                self.message_user(request, translate("The reviewer gets an email in a moment."), messages.SUCCESS)
                return HttpResponseRedirect(here)
        today = timezone.localdate()
        rows = reviewers_of(record)
        context = {
            "title": translate("Reviewers"),
            "form": form,
            "reviewers": [(row, row.is_open(today)) for row in rows],
        }
        return self._answer(request, "reviewers", record, context, status=422 if form.errors else 200)

    def signature_with_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return page_with_file(self.admin_site, self.signature_view, request, most=signature.MAX_BYTES, pk=pk)

    def signature_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return signature.signature_page(self, request, self._of_staff(request, pk))

    def signature_file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return signature.signature_file(self._of_staff(request, pk))

    def _of_staff(self, request: HttpRequest, pk: int) -> Accreditation:
        """Return the accreditation. Raises Http404 for everybody but Pallium staff."""
        record = self._own(request, pk)
        if not signed_in_person(request).is_pallium_staff:
            raise Http404
        return record

    def _own(self, request: HttpRequest, pk: int) -> Accreditation:
        """Return the accreditation. Raises Http404 if the person may not edit it."""
        rows = Accreditation.objects.editable_by(signed_in_person(request)).select_related("series__hub")
        record = rows.filter(pk=pk).first() if self.has_access(request) else None
        if record is None:
            raise Http404
        return record

    def _answer(
        self, request: HttpRequest, name: str, record: Accreditation, context: dict[str, Any], *, status: int = 200
    ) -> TemplateResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "back": reverse("admin:credits_accreditation_change", args=(record.pk,)),
            "back_words": str(record),
        }
        return TemplateResponse(request, f"admin/credits/{name}.html", {**shared, **context}, status=status)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        own_rows = Accreditation.objects.editable_by(signed_in_person(request))
        own = obj is not None and own_rows.filter(pk=obj.pk).exists()
        context |= {"has_pack": own, "gives_reviews": own and signed_in_person(request).is_pallium_staff}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    @admin.display(description=_("complete"), boolean=True)
    def complete(self, record: Accreditation) -> bool:
        return record.is_complete
