"""Admin lists of attendances, corrections, requests, remembered matches and layouts, and the pages of one session."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from accounts.admin_scope import ReadOnly, signed_in_person
from attendance.admin import answering, desk, matches, roll_call, session_page, set_aside, upload
from attendance.forms import ROLES
from attendance.models import Attendance, AttendanceAlias, AttendanceCorrection, AttendanceRequest, HeaderMapping
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.lib.tables.limits import MAX_BYTES
from echo_portal.lib.uploads import page_with_file
from hubs.admin_scope import HubScopedAdmin
from registrations.admin_scope import PersonOfSeriesAdmin, SessionsOfSeriesFilter
from sessions.models import Session


class OfSessionAdmin(ReadOnly, PersonOfSeriesAdmin):
    """The base class of lists whose rows belong to a session. The filter offers sessions of a chosen series only."""

    @admin.display(description=_("series"), ordering="session__series__slug")
    def series(self, row: Any) -> str:
        return str(row.session.series)


@admin.register(Attendance)
class AttendanceAdmin(OfSessionAdmin):
    list_display = ("person_name", "series", "session", "minutes_there", "source", "role", "confirmed_at")
    list_filter = (
        "source",
        "role",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", SessionsOfSeriesFilter),
    )
    list_select_related = ("session__series",)
    search_fields = ("key_shown", "person__email_key")
    ordering = ("-confirmed_at", "-pk")
    fields = (
        "person_name",
        "series",
        "session",
        "minutes_there",
        "source",
        "role",
        "reported_seconds",
        "corrected_seconds",
        "window_seconds",
        "confirmed_at",
        "confirmed_by",
    )
    readonly_fields = fields

    @admin.display(description=_("minutes"), ordering="seconds")
    def minutes_there(self, row: Attendance) -> int:
        return row.minutes

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(f"session/{route}", self.admin_site.admin_view(view), name=f"attendance_{name}")

        return [
            at("<int:pk>/", self.session_view, "session"),
            path("session/<int:pk>/upload/", csrf_exempt(self.upload_with_file), name="attendance_upload"),
            at("<int:pk>/desk/", self.desk_view, "desk"),
            at("<int:pk>/matches/", self.matches_view, "matches"),
            at("<int:pk>/set-aside/", self.set_aside_view, "set_aside"),
            at("<int:pk>/roll-call/", self.roll_call_view, "roll_call"),
            at("<int:pk>/request/<int:asked>/", self.answer_view, "answer"),
            at("<int:pk>/correct/<int:person>/", self.correct_view, "correct"),
            *super().get_urls(),
        ]

    def own(self, request: HttpRequest, pk: int) -> Session:
        """Return the session with this primary key. Raises Http404 if the person may not edit it."""
        rows = Session.objects.editable_by(signed_in_person(request)).select_related("series__hub")
        session = rows.filter(pk=pk).first() if self.has_access(request) else None
        if session is None:
            raise Http404
        return session

    def session_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return session_page.session_page(self, request, self.own(request, pk))

    def upload_with_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return page_with_file(self.admin_site, self.upload_view, request, most=MAX_BYTES, pk=pk)

    def upload_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return upload.upload_page(self, request, self.own(request, pk))

    def desk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return desk.desk_page(self, request, self.own(request, pk))

    def matches_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return matches.matches_page(self, request, self.own(request, pk))

    def set_aside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return set_aside.set_aside_page(self, request, self.own(request, pk))

    def roll_call_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return roll_call.roll_call_page(self, request, self.own(request, pk))

    def correct_view(self, request: HttpRequest, pk: int, person: int) -> HttpResponse:
        return session_page.correct_page(self, request, self.own(request, pk), person)

    def answer_view(self, request: HttpRequest, pk: int, asked: int) -> HttpResponse:
        return answering.answer_page(self, request, self.own(request, pk), asked)


@admin.register(AttendanceCorrection)
class AttendanceCorrectionAdmin(OfSessionAdmin):
    list_display = ("person_name", "series", "session", "kind", "before", "after", "reason", "made", "made_by")
    list_filter = (
        "kind",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", SessionsOfSeriesFilter),
    )
    list_select_related = ("session__series", "made_by")
    search_fields = ("key_shown", "person__email_key")
    fields = ("person_name", "session", "kind", "before", "after", "reason", "made", "made_by")
    readonly_fields = fields

    @admin.display(description=_("minutes before"), ordering="seconds_before")
    def before(self, row: AttendanceCorrection) -> str:
        return _or_dash(row.minutes_before)

    @admin.display(description=_("minutes after"), ordering="seconds_after")
    def after(self, row: AttendanceCorrection) -> str:
        return _or_dash(row.minutes_after)

    @admin.display(description=_("when (Eastern time)"), ordering="made_at")
    def made(self, row: AttendanceCorrection) -> str:
        return eastern_time(row.made_at, active_language())


def _or_dash(minutes: int | None) -> str:
    return "–" if minutes is None else str(minutes)


@admin.register(AttendanceRequest)
class AttendanceRequestAdmin(OfSessionAdmin):
    list_display = ("person_name", "series", "session", "state", "asked", "answered_by")
    list_filter = (
        "state",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", SessionsOfSeriesFilter),
    )
    list_select_related = ("session__series", "answered_by")
    search_fields = ("key_shown", "person__email_key")
    fields = ("person_name", "session", "text", "asked", "state", "answer", "answered_by", "page")
    readonly_fields = fields

    @admin.display(description=_("asked (Eastern time)"), ordering="asked_at")
    def asked(self, row: AttendanceRequest) -> str:
        return eastern_time(row.asked_at, active_language())

    @admin.display(description=_("answer it"))
    def page(self, row: AttendanceRequest) -> str:
        """Return a link to the page with the evidence and the form for the answer."""
        address = reverse("admin:attendance_answer", args=(row.session_id, row.pk))
        return format_html('<a href="{}">{}</a>', address, _("“I was there”"))


@admin.register(AttendanceAlias)
class AttendanceAliasAdmin(PersonOfSeriesAdmin):
    """The list of remembered matches.

    If one is deleted, matching rows of later reports must be matched by hand again.
    """

    hub_path = "series.hub_id"
    series_path = "series"
    list_display = ("in_the_report", "person_name", "series", "made_by")
    list_filter = (("series", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("series", "made_by")
    search_fields = ("key", "key_shown")
    fields = ("in_the_report", "person_name", "series", "made_by")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("in the report"), ordering="key")
    def in_the_report(self, row: AttendanceAlias) -> str:
        return str(row)


@admin.register(HeaderMapping)
class HeaderMappingAdmin(HubScopedAdmin):
    """The list of column mappings.

    A wrong one can be deleted; the columns are then mapped again with the next report.
    """

    hub_path = "hub_id"
    list_display = ("columns_in_order", "hub", "mapped_by")
    list_filter = (("hub", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("hub", "mapped_by")
    fields = ("columns_in_order", "roles_in_order", "hub", "mapped_by")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("columns"))
    def columns_in_order(self, row: HeaderMapping) -> str:
        return ", ".join(row.columns)

    @admin.display(description=_("what they are"))
    def roles_in_order(self, row: HeaderMapping) -> str:
        return ", ".join(str(ROLES.get(role, role)) for role in row.roles)
