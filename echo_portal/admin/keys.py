"""The admin pages of enrollment keys, with the numbers of people who enrolled with a key or by campaign."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Field, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from echo_portal.admin.back_to_start import STAYING
from echo_portal.lib.forms import DayAndTimeField
from hubs.admin_scope import HubScopedAdmin
from registrations.models import Enrollment
from sessions.forms import EnrollmentKeyForm
from sessions.models import EnrollmentKey

# The time of a day that is written without one.
TIMES_OF_DAY = {"opens_at": dt.time(0), "closes_at": dt.time(23, 59)}


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
            {
                "fields": (("opens_at", "closes_at"), "max_uses"),
                "description": _(
                    "Dates and times are Eastern time. Without a time, the key is valid from the beginning of its "
                    "first day, or until the end of its last."
                ),
            },
        ),
        (_("What it stands for"), {"fields": ("hub", "campaign", "language")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        uses: QuerySet[Any] = rows.annotate(uses_now=Count("enrollments", filter=Q(enrollments__left_at=None)))
        return uses

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted. A key that people used cannot be: return their number instead of their rows."""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        people = Enrollment.objects.filter(enrollment_key__in=[row.pk for row in objs]).count()
        used = ngettext("%(count)d person who used it", "%(count)d people who used it", people) % {"count": people}
        return found, counts, missing, [used] if protected else []

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyList

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field. The time may be missing from the first and the last day."""
        if db_field.name in TIMES_OF_DAY:
            kwargs |= {"form_class": DayAndTimeField, "otherwise": TIMES_OF_DAY[db_field.name]}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the desk of the series or to its publication, if the form was opened from there."""
        response = super().response_add(request, obj, post_url_continue)
        if request.GET.get("series") != str(obj.series_id) or any(name in request.POST for name in STAYING):
            return response
        page = "publish" if request.GET.get("then") == "publish" else "desk"
        return HttpResponseRedirect(reverse(f"admin:echo_sessions_series_{page}", args=(obj.series_id,)))

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
