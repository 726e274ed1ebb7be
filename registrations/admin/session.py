"""One session: wall-clock time and zone, what belongs to it, who can join and how."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import person_of
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import time_range
from echo_portal.lib.zones import zone_label
from hubs.admin_scope import HubScopedAdmin, HubScopedInline
from registrations.actions import cover_new_session, promote_waiting
from registrations.models import Registration
from sessions.actions import save_session
from sessions.forms import SessionForm
from sessions.in_words import hours_in_words, state_in_words
from sessions.models import Material, Session

# Where people listen, from west to east.
LOCAL_ZONES = (
    "America/Vancouver",
    "America/Edmonton",
    "America/Regina",
    "America/Winnipeg",
    "America/Toronto",
    "America/Halifax",
    "America/St_Johns",
)


class MaterialInline(HubScopedInline, admin.StackedInline):  # type: ignore[type-arg]
    model = Material
    fields = (("kind", "language", "open_to"), "title", "url", ("citation", "doi"))


@admin.register(Session)
class SessionAdmin(HubScopedAdmin):
    form = SessionForm
    hub_path = "series.hub_id"
    immutable_fields = ("series",)
    inlines = (MaterialInline,)
    list_display = (
        "number_and_title",
        "series_title",
        "on_date",
        "hours",
        "standing",
        "taken",
        "capacity",
        "can_be_joined",
    )
    list_display_links = ("number_and_title",)
    list_filter = ("state", ("series", admin.RelatedOnlyFieldListFilter))
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
        (_("How to join"), {"fields": ("join_url", "join_telephone", ("capacity", "promote_until_minutes"))}),
        (_("What to know before"), {"fields": ("presenters", ("read_before", "read_before_url"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        registered = Count("registrations", filter=Q(registrations__state=Registration.State.REGISTERED))
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(registered_in_all=registered)
        return counted

    def save_model(self, request: HttpRequest, obj: Session, form: "ModelForm[Any]", change: bool) -> None:
        """Saved by its action; then those whose enrollment covers it get their place, and the waiting list moves."""
        by = person_of(request)
        save_session(session=obj, by=by)
        cover_new_session(session=obj, by=by)
        if change and {"capacity", "state", "promote_until_minutes"} & set(form.changed_data):
            promote_waiting(session_id=obj.pk)

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
    def standing(self, session: Session) -> str:
        return state_in_words(session, timezone.now())

    @admin.display(description=_("hours"))
    def hours(self, session: Session) -> str:
        return hours_in_words(session)

    @admin.display(description=_("registered"), ordering="registered_in_all")
    def taken(self, session: Any) -> int:
        return int(session.registered_in_all)

    @admin.display(description=_("joining address"), boolean=True)
    def can_be_joined(self, session: Session) -> bool:
        return bool(session.join_url)

    @admin.display(description=_("the same hours elsewhere"))
    def local_hours(self, session: Session) -> SafeString | str:
        if session.starts_at is None or session.ends_at is None:
            return "–"
        language, rows = active_language(), []
        for name in LOCAL_ZONES:
            start, end = (moment.astimezone(ZoneInfo(name)) for moment in (session.starts_at, session.ends_at))
            rows.append((time_range(start, end, language), zone_label(name, language)))
        return format_html_join("", "<div>{} {}</div>", rows)
