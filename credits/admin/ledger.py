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
from registrations.admin_scope import PersonOfSeriesAdmin


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnly, PersonOfSeriesAdmin):
    list_display = ("person_name", "series_title", "sentence", "credits", "kind", "written")
    list_filter = (
        "kind",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("session__series", "accreditation")
    search_fields = ("key_shown", "person__email_key")
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
        rows: QuerySet[Any] = super().get_queryset(request).select_related("session__series", "accreditation")
        return rows

    @admin.display(description=_("series"), ordering="session__series__slug")
    def series_title(self, row: CreditEntry) -> str:
        return str(row.session.series)

    @admin.display(description=_("written (Eastern time)"), ordering="written_at")
    def written(self, row: CreditEntry) -> str:
        return eastern_time(row.written_at, active_language())

    @admin.display(description=_("reason"))
    def sentence(self, row: CreditEntry) -> str:
        return entry_sentence(row)
