"""Read-only admin pages of the ledger, with a sentence for each entry."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import ReadOnly
from credits.models import CreditEntry
from credits.presenters import entry_sentence
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from hubs.admin_scope import HubScopedAdmin


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnly, HubScopedAdmin):
    list_display = ("person_name", "series_title", "sentence", "credits", "kind", "written")
    list_filter = (
        "kind",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("person", "session__series", "accreditation")
    search_fields = ("person__name", "person__sort_key", "person__email_key")
    ordering = ("-pk",)
    fields = (
        "person_name",
        "series_title",
        "session",
        "accreditation",
        "kind",
        "sentence",
        "minutes",
        "session_minutes",
        "credits_per_hour",
        "credits",
        "written",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("session__series", "accreditation", "person")
        return rows

    @admin.display(description=_("name"), ordering="person__sort_key")
    def person_name(self, row: CreditEntry) -> str:
        return str(row.person)

    @admin.display(description=_("series"), ordering="session__series__slug")
    def series_title(self, row: CreditEntry) -> str:
        return str(row.session.series)

    @admin.display(description=_("written (Eastern time)"), ordering="written_at")
    def written(self, row: CreditEntry) -> str:
        return eastern_time(row.written_at, active_language())

    @admin.display(description=_("reason"))
    def sentence(self, row: CreditEntry) -> str:
        return entry_sentence(row)
