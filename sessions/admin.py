"""Admin pages of enrollment keys.

The admin pages of series and sessions are in `echo_portal.admin`, because they also notify registrants.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import signed_in_person
from hubs.admin_scope import HubScopedAdmin
from sessions.forms import EnrollmentKeyForm
from sessions.models import EnrollmentKey


@admin.register(EnrollmentKey)
class EnrollmentKeyAdmin(HubScopedAdmin):
    form = EnrollmentKeyForm
    hub_path = "series.hub_id"
    immutable_fields = ("series",)
    list_display = ("text", "series", "opens_at", "closes_at", "max_uses", "campaign", "language", "poster")
    list_filter = (("series", admin.RelatedOnlyFieldListFilter), "language")
    list_select_related = ("series",)
    search_fields = ("folded", "campaign")
    autocomplete_fields = ("series",)
    fieldsets = (
        (None, {"fields": ("series", "text")}),
        (
            _("How long and how often"),
            {"fields": (("opens_at", "closes_at"), "max_uses"), "description": _("Dates and times are Eastern time.")},
        ),
        (_("What it stands for"), {"fields": ("hub", "campaign", "language")}),
    )

    @admin.display(description=_("poster"))
    def poster(self, key: EnrollmentKey) -> SafeString | str:
        """Link to the poster with this key, once the series is published."""
        if not key.series.is_published:
            return "–"
        address = f"{reverse('admin:echo_sessions_series_poster', args=(key.series_id,))}?key={key.pk}"
        return format_html('<a href="{}">{}</a>', address, translate("Poster (PDF)"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the read-only fields. Only Pallium staff can edit the hub, which may differ from the series' hub."""
        staff = signed_in_person(request).is_pallium_staff
        return [*super().get_readonly_fields(request, obj), *(() if staff else ("hub",))]
