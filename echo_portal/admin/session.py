"""The admin page of a session: local times and time zone, materials, joining details and capacity."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt

from accounts.admin_scope import editable_rows, signed_in_person
from echo_portal.admin.announcements import recall_announcement_page, write_to_session_page
from echo_portal.admin.changes import CancelForm, MoveForm, change_page, recall_page
from echo_portal.admin.deleting import DeletesDraftsOnly
from echo_portal.admin.materials import MaterialInline, material_file, materials_page
from echo_portal.admin.promoting import promote_and_note, save_or_preview
from echo_portal.admin.publishing import publish_page, saved_as_draft
from echo_portal.admin.reminders import reminders_page
from echo_portal.admin.roles import roles_page
from echo_portal.admin.run_sheet import run_sheet_file, run_sheet_page
from echo_portal.admin.sample_emails import sample_frame
from echo_portal.admin.session_needs import NEEDS, sessions_that_need
from echo_portal.admin.zone_words import ShowsZoneInWords
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import hours_in_zone, time_range
from echo_portal.lib.documents import MAX_BYTES
from echo_portal.lib.uploads import page_with_file
from echo_portal.lib.zones import zone_label
from echo_portal.outbox.frames import WITH_FRAMES
from hubs.forms import lost_title_warnings
from registrations.actions import enrollments_to_cover
from registrations.models import Registration
from registrations.queries.recallable import recallable_announcement, recallable_change
from sessions.actions import save_session
from sessions.forms import SessionForm
from sessions.models import Session
from sessions.presenters import state_label, time_label
from sessions.queries import usual_values
from sessions.unusual_days import day_warnings

# The attribute of the request that marks a session to be published on the page with the preview.
TO_PUBLISH = "_session_to_publish"
MATERIALS = "echo_sessions_session_materials"
HAS_REGISTRANTS = "_has_registrants"
# The fields that are read-only in a held session with registrants.
FIXED_ONCE_HELD = ("state",)
HOW_TO_JOIN = ("join_url", "host_url", "join_telephone")
ANNOUNCED_WHEN_CHANGED = ("on_date", "start_time", "end_time", "time_zone", "held_by", "state")
# The time zones shown for comparison, from west to east.
LOCAL_ZONES = (
    "America/Vancouver",
    "America/Edmonton",
    "America/Regina",
    "America/Winnipeg",
    "America/Toronto",
    "America/Halifax",
    "America/St_Johns",
)


class NeedsFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(name, need.words) for name, need in NEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        need = self.value()
        if need not in NEEDS:
            return queryset
        rows = sessions_that_need(need, signed_in_person(request), timezone.now())
        return queryset.filter(pk__in=rows.order_by().values("pk"))


@admin.register(Session)
class SessionAdmin(ShowsZoneInWords, DeletesDraftsOnly):
    form = SessionForm
    hub_path = "series.hub_id"
    immutable_fields = ("series",)
    inlines = (MaterialInline,)
    list_display = (
        "number_and_title",
        "series_title",
        "on_date",
        "hours",
        "state_text",
        "taken",
        "capacity",
        "can_be_joined",
    )
    list_display_links = ("number_and_title",)
    list_filter = (NeedsFilter, "state", ("series", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("series",)
    search_fields = ("title_en", "title_fr", "series__title_en", "series__title_fr")
    date_hierarchy = "on_date"
    ordering = (F("on_date").desc(nulls_last=True), "series", "number")
    autocomplete_fields = ("series",)
    readonly_fields = ("local_hours", "calendar_revision")
    fieldsets = (
        (None, {"fields": ("series", ("number", "state"), ("title_en", "title_fr"))}),
        (
            _("When"),
            {
                "fields": (
                    ("on_date", "start_time", "end_time"),
                    "time_zone",
                    "local_hours",
                    "held_by",
                    "calendar_revision",
                ),
                "description": _(
                    "Wall-clock time is what counts. Leave the hour, or the date, empty until it is known."
                ),
            },
        ),
        (
            _("How to join"),
            {"fields": ("join_url", "host_url", "join_telephone", ("capacity", "promote_until_minutes"))},
        ),
        (_("What to know before"), {"fields": ("presenters", ("read_before", "read_before_url"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        places = Registration.objects.registered().filter(session=OuterRef("pk")).order_by().values("session")
        registered = Coalesce(Subquery(places.annotate(count=Count("pk")).values("count")), 0)
        rows: QuerySet[Any] = super().get_queryset(request)
        own = editable_rows(Session, signed_in_person(request)).order_by().filter(pk=OuterRef("pk"))
        counted: QuerySet[Any] = rows.annotate(registered_in_all=registered, is_own=Exists(own))
        return counted

    def has_registrants(self, session: Session | None) -> bool:
        """Return whether the session is published and has people who are registered or on the waiting list."""
        if session is None or session.state == Session.State.DRAFT:
            return False
        if HAS_REGISTRANTS not in session.__dict__:  # called several times for one page
            session.__dict__[HAS_REGISTRANTS] = Registration.objects.active().filter(session=session).exists()
        return bool(session.__dict__[HAS_REGISTRANTS])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the read-only fields.

        If there are registrants, they include the time and the state, because registrants must get an email about
        changes of them. Date and times of a held session can be corrected. If the form was opened before somebody
        registered, its fields remain, and the form refuses to change them.
        """
        fixed = [*super().get_readonly_fields(request, obj)]
        if not self.has_registrants(obj) or self._posted_announced(request, obj):
            return fixed
        return [*fixed, *(FIXED_ONCE_HELD if self.is_corrected(obj) else ANNOUNCED_WHEN_CHANGED)]

    def _posted_announced(self, request: HttpRequest, session: Session | None) -> tuple[str, ...]:
        """Return the fields whose changes registrants must learn by email, if the posted form contains such fields."""
        if request.method != "POST" or not self.has_registrants(session) or self.is_corrected(session):
            return ()
        return ANNOUNCED_WHEN_CHANGED if any(name in request.POST for name in ANNOUNCED_WHEN_CHANGED) else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fieldsets, for partner hubs without the joining details (PRODUCT.md 1)."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(title, options) for title, options in fieldsets if "join_url" not in options["fields"]]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Return False for filters by joining details, with which a partner hub could find them out step by step."""
        return not lookup.startswith(HOW_TO_JOIN) and super().lookup_allowed(lookup, value, request)

    def is_corrected(self, session: Session | None) -> bool:
        """Return whether the session is held and has registrants. Its times can then be corrected without emails."""
        held = session is not None and not session.is_cancelled and session.is_over(timezone.now())
        return held and self.has_registrants(session)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.stays_held = self.is_corrected(obj)
        form.moved_elsewhere = self._posted_announced(request, obj)
        return form

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"echo_sessions_session_{name}")

        return [
            at("<int:pk>/move/", self.move_view, "move"),
            at("<int:pk>/publish/", self.publish_view, "publish"),
            at("<int:pk>/cancel/", self.cancel_view, "cancel"),
            at("<int:pk>/run-sheet/", self.run_sheet_view, "run_sheet"),
            at("<int:pk>/roles/", self.roles_view, "roles"),
            path("<int:pk>/materials/", csrf_exempt(self.materials_with_file), name="echo_sessions_session_materials"),
            at("<int:pk>/materials/<int:material>/", self.material_view, "material"),
            at("<int:pk>/run-sheet.pdf", self.run_sheet_pdf_view, "run_sheet_pdf"),
            at("<int:pk>/recall/<int:change>/", self.recall_view, "recall"),
            at("<int:pk>/write/", self.write_view, "write"),
            at("<int:pk>/reminders/", self.reminders_view, "reminders"),
            at("<int:pk>/recall-announcement/<int:announcement>/", self.recall_announcement_view, "unwrite"),
            at("<int:pk>/sample/<slug:key>/<slug:language>/", self.sample_view, "sample"),
            *super().get_urls(),
        ]

    def own(self, request: HttpRequest, pk: int) -> Session:
        """Return the session. Raises Http404 if the person may not edit it."""
        session = self.get_queryset(request).filter(pk=pk).first() if self.has_access(request) else None
        if not isinstance(session, Session) or not self.has_change_permission(request, session):
            raise Http404
        return session

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if isinstance(obj, Session) and self.has_change_permission(request, obj):
            context |= {
                "has_registrants": self.has_registrants(obj),
                "is_corrected": self.is_corrected(obj),
                "can_be_changed": not obj.is_cancelled and not obj.is_over(timezone.now()),
                "recallable_change": recallable_change(obj),
                "recallable_announcement": recallable_announcement(obj),
                "now": timezone.now(),
                "desk_url": reverse("admin:echo_sessions_series_desk", args=(obj.series_id,)),
                "takes_attendance": obj.starts_at is not None and obj.starts_at <= timezone.now(),
            }
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    @method_decorator(csp_override(WITH_FRAMES))
    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return change_page(self, request, self.own(request, pk), MoveForm)

    @method_decorator(csp_override(WITH_FRAMES))
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return publish_page(self, request, self.own(request, pk))

    @method_decorator(csp_override(WITH_FRAMES))
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return change_page(self, request, self.own(request, pk), CancelForm)

    def run_sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return run_sheet_page(self, request, self.own(request, pk))

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return roles_page(self, request, self.own(request, pk))

    def materials_with_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return page_with_file(self.admin_site, self.materials_view, request, most=MAX_BYTES, pk=pk)

    def materials_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return materials_page(self, request, self.own(request, pk))

    def material_view(self, request: HttpRequest, pk: int, material: int) -> HttpResponse:
        return material_file(self.own(request, pk), material)

    def run_sheet_pdf_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return run_sheet_file(self, request, self.own(request, pk))

    def recall_view(self, request: HttpRequest, pk: int, change: int) -> HttpResponse:
        return recall_page(self, request, self.own(request, pk), change)

    @method_decorator(csp_override(WITH_FRAMES))
    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return write_to_session_page(self, request, self.own(request, pk))

    def reminders_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return reminders_page(self, request, self.own(request, pk))

    def recall_announcement_view(self, request: HttpRequest, pk: int, announcement: int) -> HttpResponse:
        return recall_announcement_page(self, request, self.own(request, pk), announcement)

    def sample_view(self, request: HttpRequest, pk: int, key: str, language: str) -> HttpResponse:
        """Return a sample email for a frame. Raises Http404 if it was not stored for this person."""
        self.own(request, pk)
        return sample_frame(key, language, for_person=signed_in_person(request))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the next session number, and the usual time zone, times and length of the series."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        given = str(initial.get("series", ""))
        series = given if given.isdecimal() and len(given) < 18 else 0
        return {**usual_values(editable_rows(Session, signed_in_person(request)).filter(series=series)), **initial}

    @method_decorator(csp_override(WITH_FRAMES))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Display the form. If saving it gives places to people on the waiting list, preview their emails first."""
        return save_or_preview(self, request, partial(super().changeform_view, request, *args, **kwargs))

    def save_model(self, request: HttpRequest, obj: Session, form: "ModelForm[Any]", change: bool) -> None:
        """Save the session, as a draft if publishing it sends emails.

        If places were added, fill them from the waiting list.
        """
        by = signed_in_person(request)
        obj.derive_moments()
        if obj.state != Session.State.DRAFT and "state" in form.changed_data and enrollments_to_cover(obj).exists():
            obj.state = Session.State.DRAFT
            request.__dict__[TO_PUBLISH] = True
        save_session(session=obj, by=by)
        if change and {"capacity", "state", "promote_until_minutes"} & set(form.changed_data):
            promote_and_note(request, obj, were_added="capacity" in form.changed_data)
        self._say_if_over_limit(request, obj)
        field = f"title_{obj.series.language}"
        if change:
            for sentence in lost_title_warnings(form.initial[field], getattr(obj, field), obj.series.language):
                self.message_user(request, sentence, messages.WARNING)
        if "on_date" in form.changed_data:
            for sentence in day_warnings(obj.on_date, obj.series.hub.province):
                self.message_user(request, sentence, messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._to_publishing(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_publishing(request, obj) or super().response_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Return a redirect to the desk of the series."""
        return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(obj.series_id,)))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self.response_post_save_change(request, obj)

    def _to_publishing(self, request: HttpRequest, session: Session) -> HttpResponse | None:
        """Return a redirect to the page that publishes the session, or None if it should not be published."""
        if TO_PUBLISH not in request.__dict__:
            return None
        self.message_user(request, saved_as_draft(session), messages.INFO)
        return HttpResponseRedirect(reverse("admin:echo_sessions_session_publish", args=(session.pk,)))

    def _say_if_over_limit(self, request: HttpRequest, session: Session) -> None:
        if session.capacity is None:
            return
        registered = Registration.objects.registered().filter(session=session).count()
        if registered > session.capacity:
            sentence = ngettext(
                "%(registered)d person is registered and keeps the place; new people go on the waiting list.",
                "%(registered)d people are registered and keep their places; new people go on the waiting list.",
                registered,
            )
            self.message_user(request, sentence % {"registered": registered}, messages.WARNING)

    @admin.display(description=_("session"), ordering="number")
    def number_and_title(self, session: Session) -> str:
        return str(session)

    @admin.display(description=_("series"), ordering="series__slug")
    def series_title(self, session: Session) -> str:
        return session.series.title

    @admin.display(description=_("times its calendar entry changed"))
    def calendar_revision(self, session: Session) -> int:
        return session.revision

    @admin.display(description=_("state"))
    def state_text(self, session: Any) -> SafeString | str:
        """Return the state and, for a draft that the person may publish, a link to the page for that."""
        label = state_label(session, timezone.now())
        if session.state != Session.State.DRAFT or not session.is_own or session.is_over(timezone.now()):
            return label
        page = reverse("admin:echo_sessions_session_publish", args=(session.pk,))
        return format_html(
            '{}<br><a href="{}">{}<span class="visually-hidden"> {}</span></a>', label, page, _("Publish"), session
        )

    @admin.display(description=_("hours"))
    def hours(self, session: Session) -> str:
        return time_label(session)

    @admin.display(description=_("people registered"), ordering="registered_in_all")
    def taken(self, session: Any) -> int:
        return int(session.registered_in_all)

    @admin.display(description=_("joining link"), boolean=True)
    def can_be_joined(self, session: Session) -> bool:
        return bool(session.join_url)

    @admin.display(description=_("the same hours elsewhere"))
    def local_hours(self, session: Session) -> SafeString | str:
        if session.starts_at is None or session.ends_at is None:
            return "–"
        language, rows = active_language(), []
        for name in LOCAL_ZONES:
            start, end = (moment.astimezone(ZoneInfo(name)) for moment in (session.starts_at, session.ends_at))
            rows.append((hours_in_zone(time_range(start, end, language), zone_label(name, language), language),))
        return format_html_join("", "<div>{}</div>", rows)
