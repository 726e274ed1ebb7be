"""Admin pages of accreditations. Coordinators can view them, and only Pallium staff can edit them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from credits.models import Accreditation, CertifiedSession
from credits.rules import accreditation_warnings
from hubs.admin_scope import HubScopedAdmin, HubScopedInline
from sessions.models import Session


class CertifiedSessionInline(HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    model = CertifiedSession
    only_staff_writes = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        request.__dict__["_certified_series"] = obj.series_id if obj else None
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only sessions of the accredited series."""
        if db_field.name == "session":
            kwargs["queryset"] = Session.objects.filter(series=request.__dict__.get("_certified_series"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Accreditation)
class AccreditationAdmin(HubScopedAdmin):
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
        (_("Kept with the record"), {"fields": (("conflicts_declared_on", "interaction_percent"),)}),
    )

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Return the form for the sessions only after the accreditation is saved."""
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("series")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the IDs of the sessions, then display warnings about the whole accreditation."""
        super().save_related(request, form, formsets, change)
        ids = list(form.instance.certified_sessions.values_list("certified_id", flat=True))
        for sentence in accreditation_warnings(form.instance, ids):
            self.message_user(request, sentence, messages.WARNING)

    @admin.display(description=_("complete"), boolean=True)
    def complete(self, record: Accreditation) -> bool:
        return record.is_complete
