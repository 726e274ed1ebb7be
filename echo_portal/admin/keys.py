"""The admin pages of enrollment keys, with the numbers of people who enrolled with a key or by campaign."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
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


class KeyList(ChangeList):
    """The list of keys, with the number of people by campaign for the keys that match the filters."""

    def campaigns(self) -> list[dict[str, Any]]:
        return uses_by_campaign(self.queryset)


@admin.register(EnrollmentKey)
class EnrollmentKeyAdmin(HubScopedAdmin):
    form = EnrollmentKeyForm
    hub_path = "series.hub_id"
    immutable_fields = ("series",)
    list_display = ("text", "series", "opens_at", "closes_at", "uses", "max_uses", "campaign", "language", "poster")
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        uses: QuerySet[Any] = rows.annotate(uses_now=Count("enrollments", filter=Q(enrollments__left_at=None)))
        return uses

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyList

    @admin.display(description=_("people enrolled"), ordering="uses_now")
    def uses(self, key: Any) -> int:
        """Return how many people are enrolled with the key. People who left the series are not counted."""
        return int(key.uses_now)

    @admin.display(description=_("poster"))
    def poster(self, key: EnrollmentKey) -> SafeString | str:
        """Return a link to the poster with this key, if the series is published."""
        if not key.series.is_published:
            return "–"
        address = f"{reverse('admin:echo_sessions_series_poster', args=(key.series_id,))}?key={key.pk}"
        return format_html('<a href="{}">{}</a>', address, translate("Poster (PDF)"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the read-only fields. Only Pallium staff can edit the hub, which may differ from the series' hub."""
        staff = signed_in_person(request).is_pallium_staff
        return [*super().get_readonly_fields(request, obj), *(() if staff else ("hub",))]


def uses_by_campaign(keys: QuerySet[EnrollmentKey]) -> list[dict[str, Any]]:
    """Return each campaign of these keys with its numbers of keys and of people, using one query.

    Campaigns with the most people come first.
    """
    rows = EnrollmentKey.objects.filter(pk__in=keys.order_by().values("pk")).exclude(campaign="").order_by()
    counted = rows.values("campaign").annotate(
        keys=Count("pk", distinct=True), people=Count("enrollments", filter=Q(enrollments__left_at=None))
    )
    return [dict(row) for row in counted.order_by("-people", "campaign")]
