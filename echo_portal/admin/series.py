"""The admin page of a series. English and French fields are next to each other."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt

from accounts.admin_fields import NamedCells
from accounts.admin_scope import editable_rows, signed_in_person
from echo_portal.admin.announcements import recall_announcement_page, write_to_series_page
from echo_portal.admin.deleting import DeletesDraftsOnly
from echo_portal.admin.desk.adding import add_person_page, addition_page
from echo_portal.admin.desk.feedback import export_answers, export_feedback, feedback_page
from echo_portal.admin.desk.frame import TABS, frame_of
from echo_portal.admin.desk.importing import check_list_page, example_list, import_page
from echo_portal.admin.desk.messages import messages_page
from echo_portal.admin.desk.person import person_page
from echo_portal.admin.desk.person_acts import drop_page, move_back, move_page, promote_page
from echo_portal.admin.desk.propose_address import propose_address_page
from echo_portal.admin.desk.propose_merge import propose_merge_page
from echo_portal.admin.desk.registrants import export_registrants, registrants_page
from echo_portal.admin.desk.sessions import desk_page
from echo_portal.admin.desk.table import table_page
from echo_portal.admin.drafts.by_rule import RuleForm
from echo_portal.admin.drafts.cloning import CloneForm
from echo_portal.admin.drafts.pages import drafts_page
from echo_portal.admin.drafts.sources import PasteForm, SourceForm
from echo_portal.admin.poster import poster_file
from echo_portal.admin.publishing_many import publish_many_page
from echo_portal.admin.sample_emails import sample_frame
from echo_portal.admin.series_publishing import publish_series_page
from echo_portal.admin.start_page import series_without_french
from echo_portal.lib.uploads import page_with_file
from echo_portal.outbox.frames import WITH_FRAMES
from hubs.admin_scope import HubScopedInline
from hubs.forms import lost_title_warnings, missing_in_french
from registrations.queries.people import has_people
from registrations.reading.registrant_list import MAX_BYTES
from sessions.actions import save_series
from sessions.forms import SeriesForm
from sessions.models import Series, SeriesOrganisation, Session
from sessions.presenters import state_label, time_label

SeriesPage = Callable[..., HttpResponse]  # of the admin class, the request, the series, and the rest of the URL
DRAFT_SOURCES: tuple[type[SourceForm], ...] = (PasteForm, RuleForm, CloneForm)


class CheckedSeriesForm(SeriesForm):
    """A form that refuses to unpublish a series in which people are enrolled."""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("state") == Series.State.DRAFT and "state" in self.changed_data and has_people(self.instance):
            self.add_error(
                "state",
                _("People are enrolled, so the series stays published. Cancel its sessions; that tells people."),
            )
        return values


class OrganisationInline(HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    model = SeriesOrganisation
    formset = NamedCells
    verbose_name = _("organisation")
    verbose_name_plural = _("organisations with a part in it")


class SessionInline(HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    """A read-only list of the sessions. Each is edited on its own page, which warns about registrants."""

    model = Session
    fields = readonly_fields = ("on_date", "hours", "title_fr", "state_text")
    show_change_link = True
    ordering = ("number",)

    @admin.display(description=_("hours"))
    def hours(self, session: Session) -> str:
        return time_label(session)

    @admin.display(description=_("state"))
    def state_text(self, session: Session) -> str:
        return state_label(session, timezone.now())

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NeedsFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("french", _("A title or summary in French"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Series]) -> QuerySet[Series]:
        if self.value() != "french":
            return queryset
        return queryset.filter(pk__in=series_without_french(signed_in_person(request)).values("pk"))


class SeriesList(ChangeList):
    """The list of series. Links lead to the desk or, for series of other hubs, to a read-only page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = editable_rows(Series, signed_in_person(request)).filter(pk__in=[row.pk for row in self.result_list])
        self.own_ids = set(rows.values_list("pk", flat=True))

    def url_for_result(self, result: Model) -> str:
        if result.pk not in self.own_ids:
            return str(super().url_for_result(result))
        return reverse("admin:echo_sessions_series_desk", args=(result.pk,))


@admin.register(Series)
class SeriesAdmin(DeletesDraftsOnly):
    form = CheckedSeriesForm
    hub_path = "hub_id"
    immutable_fields = ("hub",)
    list_display = ("title", "kind", "state", "language", "registration_mode", "session_count", "french", "hub")
    list_filter = (
        NeedsFilter,
        "state",
        "kind",
        "language",
        "registration_mode",
        ("hub", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("hub",)
    ordering = ("slug",)
    search_fields = ("title_en", "title_fr", "slug")
    actions = ("publish",)
    readonly_fields = ("french_missing", "add_session")
    fieldsets = (
        (None, {"fields": (("hub", "state"), "slug", ("kind", "language"), "add_session")}),
        (
            _("In both languages"),
            {"fields": ("french_missing", ("title_en", "title_fr"), ("summary_en", "summary_fr"))},
        ),
        (
            _("Registration"),
            {
                "fields": (
                    ("registration_mode", "choose_one", "attend_all_required"),
                    "recommended_first",
                    ("ongoing", "announced_session_count"),
                    ("recordings_for", "free_of_charge"),
                )
            },
        ),
        (
            _("Who it is for"),
            {
                "classes": ("collapse",),
                "fields": ("audience_professions", "audience_settings", "practice_areas", "levels"),
            },
        ),
        # Do not pair fields in a collapsed section: Django expands it only for an error in a field outside a pair.
        (_("A video that introduces it"), {"classes": ("collapse",), "fields": ("video_announced", "video_url")}),
        (_("Run jointly (Pallium staff)"), {"classes": ("collapse",), "fields": ("partner_hubs",)}),
    )

    def get_urls(self) -> list[Any]:
        """Return the URLs, including the pages that create draft sessions for a new series and for an existing one."""
        found = []
        for kind in DRAFT_SOURCES:
            view = self.admin_site.admin_view(self.drafts_view)
            name = f"echo_sessions_series_{kind.page_name}"
            found.append(path(f"{kind.page_name}/", view, {"kind": kind}, name=name))
            if kind.extends_series:
                found.append(path(f"<int:pk>/{kind.page_name}/", view, {"kind": kind}, name=f"{name}_more"))
        pages: tuple[tuple[str, SeriesPage, str], ...] = (
            ("", desk_page, "desk"),
            ("sessions/", table_page, "table"),
            ("registrants/", registrants_page, "registrants"),
            ("registrants/export/", export_registrants, "registrants_export"),
            ("registrants/add/", add_person_page, "add_person"),
            ("registrants/import/example/", example_list, "import_example"),
            ("registrants/import/<int:upload>/", check_list_page, "check_list"),
            ("registrants/added/<int:addition>/", addition_page, "addition"),
            ("registrants/<int:person>/", person_page, "person"),
            ("registrants/<int:person>/address/", propose_address_page, "propose_address"),
            ("registrants/<int:person>/merge/", propose_merge_page, "propose_merge"),
            ("registrants/<int:person>/drop/", drop_page, "drop_person"),
            ("registrants/<int:person>/move/<int:registration>/", move_page, "move"),
            ("registrants/<int:person>/move-back/<int:registration>/", move_back, "move_back"),
            ("registrants/<int:person>/promote/<int:registration>/", promote_page, "promote"),
            ("messages/", messages_page, "messages"),
            ("messages/write/", write_to_series_page, "write"),
            ("messages/recall/<int:announcement>/", recall_announcement_page, "unwrite"),
            ("feedback/", feedback_page, "feedback"),
            ("feedback/export/", export_feedback, "feedback_export"),
            ("feedback/answers/", export_answers, "answers_export"),
            ("publish/", publish_series_page, "publish"),
            ("poster/", poster_file, "poster"),
        )
        own = self.admin_site.admin_view(self.own_view)
        for route, page, name in pages:
            found.append(path(f"<int:pk>/{route}", own, {"page": page}, name=f"echo_sessions_series_{name}"))
        with_file = csrf_exempt(self.upload_with_file)
        found.append(path("<int:pk>/registrants/import/", with_file, name="echo_sessions_series_import"))
        sample = self.admin_site.admin_view(self.sample_view)
        route = "<int:pk>/sample/<slug:key>/<slug:language>/"
        found.append(path(route, sample, name="echo_sessions_series_sample"))
        return [*found, *super().get_urls()]

    def own(self, request: HttpRequest, pk: int) -> Series:
        """Return the series. Raises Http404 if the person may not edit it."""
        series = self.get_queryset(request).filter(pk=pk).first() if self.has_access(request) else None
        if not isinstance(series, Series) or not self.has_change_permission(request, series):
            raise Http404
        return series

    @method_decorator(csp_override(WITH_FRAMES))
    def own_view(self, request: HttpRequest, pk: int, page: SeriesPage, **rest: Any) -> HttpResponse:
        """Display a page about one series. Raises Http404 if the person may not edit the series."""
        return page(self, request, self.own(request, pk), **rest)

    def upload_with_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return page_with_file(self.admin_site, self.own_view, request, most=MAX_BYTES, pk=pk, page=import_page)

    def sample_view(self, request: HttpRequest, pk: int, key: str, language: str) -> HttpResponse:
        """Return a sample email for a frame. Raises Http404 if it was not stored for this person."""
        self.own(request, pk)
        return sample_frame(key, language, for_person=signed_in_person(request))

    def drafts_view(self, request: HttpRequest, kind: type[SourceForm], pk: int | None = None) -> HttpResponse:
        """Display the page that creates drafts. Raises Http404 if the person may not edit the series."""
        if pk is None and not self.has_add_permission(request):
            raise Http404
        return drafts_page(self, request, kind, None if pk is None else self.own(request, pk))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.has_access(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Display the list. For publishing, display the preview, which contains an email in a frame."""
        view = super().changelist_view
        if request.POST.get("action") == "publish":
            view = csp_override(WITH_FRAMES)(view)
        return view(request, extra_context)

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Series]) -> HttpResponse | None:
        """Display the checks and the emails of the chosen series; once this is confirmed, publish them.

        Series that the person may only read are left out.
        """
        own = editable_rows(Series, signed_in_person(request)).filter(pk__in=queryset.values("pk"))
        return publish_many_page(self, request, list(own.select_related("hub").order_by("slug")))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SeriesList

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the inlines. There is no list of sessions for people who may edit the series, as the desk has one."""
        own = obj is None or self.has_change_permission(request, obj)
        return [OrganisationInline] if own else [SessionInline, OrganisationInline]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if isinstance(obj, Series) and self.has_change_permission(request, obj):
            context |= {"title": obj.title, "subtitle": TABS["change"], **frame_of(obj, "change")}
            context["has_drafts"] = not obj.is_published or obj.sessions.filter(state=Session.State.DRAFT).exists()
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Return a redirect to the desk of the series."""
        return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(obj.pk,)))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self.response_post_save_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(sessions_in_all=Count("sessions", distinct=True))
        return counted

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the read-only fields, which include the partner hubs except for Pallium staff.

        The state of a draft is read-only, because the page that publishes it displays first who gets an email.
        """
        staff = signed_in_person(request).is_pallium_staff
        state = () if obj is not None and obj.is_published else ("state",)
        return [*super().get_readonly_fields(request, obj), *(() if staff else ("partner_hubs",)), *state]

    def save_model(self, request: HttpRequest, obj: Series, form: "ModelForm[Any]", change: bool) -> None:
        save_series(series=obj, fields=list(form.changed_data), by=signed_in_person(request))
        field = f"title_{obj.language}"
        for sentence in lost_title_warnings(form.initial.get(field, ""), getattr(obj, field), obj.language):
            self.message_user(request, sentence, messages.WARNING)

    @admin.display(description=_("sessions"), ordering="sessions_in_all")
    def session_count(self, series: Any) -> int:
        return int(series.sessions_in_all)

    @admin.display(description=_("French"))
    def french(self, series: Series) -> str:
        return str(_("Missing")) if missing_in_french(series, "title", "summary") else str(_("Complete"))

    @admin.display(description=_("French"))
    def french_missing(self, series: Series) -> str:
        words = {"title": _("title"), "summary": _("summary")}
        missing = [str(words[name]) for name in missing_in_french(series, *words)]
        return str(_("Missing: %(what)s") % {"what": ", ".join(missing)}) if missing else str(_("Complete"))

    @admin.display(description=_("sessions"))
    def add_session(self, series: Series) -> SafeString | str:
        if series._state.adding:
            return str(_("Save the series first; then add its sessions."))
        links = [(f"{reverse('admin:echo_sessions_session_add')}?series={series.pk}", _("Add a session"))]
        for kind in (kind for kind in DRAFT_SOURCES if kind.extends_series):
            here = reverse(f"admin:echo_sessions_series_{kind.page_name}_more", args=(series.pk,))
            links.append((here, kind.title))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)
