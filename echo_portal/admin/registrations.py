"""The admin list of registrations. Coordinators can view them, and give back places if people ask for it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override

from accounts.admin_scope import ReadOnly, signed_in_person
from echo_portal.admin.giving_back import given_back_page, preview_give_back
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.frames import WITH_FRAMES
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import give_back_places
from registrations.admin_scope import SessionsOfSeriesFilter
from registrations.forms import NoteForm
from registrations.models import Registration
from registrations.rules import check_can_leave


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, HubScopedAdmin):
    list_display = ("person_name", "address", "series", "session", "state", "registered_at")
    list_filter = (
        "state",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", SessionsOfSeriesFilter),
        "registered_at",
    )
    list_select_related = ("person", "session__series")
    search_fields = ("key_shown", "person__email_key")
    ordering = ("-registered_at", "-pk")
    actions = ("give_back",)
    fields = (
        "person_name",
        "address",
        "profession",
        "series",
        "session",
        "state",
        "waiting_number",
        "registered_at",
        "changed_at",
        "cancelled_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate the displayed names. The list is searched and sorted by these instead of the names in profiles."""
        rows: Any = super().get_queryset(request)
        named: QuerySet[Any] = rows.with_shown_name().order_by(*self.get_ordering(request))
        return named

    @admin.display(description=_("name"), ordering="key_shown")
    def person_name(self, row: Registration) -> str:
        return row.shown_name

    @admin.display(description=_("email address"), ordering="person__email_key")
    def address(self, row: Registration) -> str:
        return row.person.email

    @admin.display(description=_("profession"))
    def profession(self, row: Registration) -> str:
        return row.shown_profession

    @admin.display(description=_("series"), ordering="session__series__slug")
    def series(self, row: Registration) -> str:
        return str(row.session.series)

    def has_give_back_permission(self, request: HttpRequest) -> bool:
        return self.has_access(request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.given_back_view)
        name = "registrations_registration_given_back"
        return [path("given-back/<int:pk>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Display the list. For giving back places, display the preview, which contains an email in a frame."""
        view = super().changelist_view
        if request.POST.get("action") == "give_back":
            view = csp_override(WITH_FRAMES)(view)
        return view(request, extra_context)

    @admin.action(description=_("Give back the place"), permissions=["give_back"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Registration]) -> HttpResponse | None:
        """Display who gets an email and who gets the places; once this is confirmed, give the places back.

        The emails are sent five minutes later.
        """
        own = Registration.objects.editable_by(signed_in_person(request)).filter(pk__in=queryset.values("pk"))
        chosen = own.select_related("person", "session__series__hub").with_shown_name().order_by("pk")
        rows, left_out = _sorted_out(list(chosen))
        form = NoteForm(request.POST if request.POST.get("confirmed") in ("yes", "preview") else None)
        fault = ""
        if request.POST.get("confirmed") == "yes" and form.is_valid() and rows:
            try:
                return self._give_back(request, rows, form)
            except Refusal as refusal:
                fault = refusal.sentence
        valid_notes = form.cleaned_data if form.is_bound and form.is_valid() else {}
        context = {
            **self.admin_site.each_context(request),
            "title": translate("Give back the place"),
            "opts": self.opts,
            "rows": rows,
            "left_out": left_out,
            "fault": fault,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "form": form,
            **preview_give_back(request, rows, valid_notes),
        }
        return TemplateResponse(request, "admin/registrations/give_back.html", context)

    def _give_back(self, request: HttpRequest, rows: list[Registration], form: NoteForm) -> HttpResponse | None:
        event = give_back_places(registrations=rows, by=signed_in_person(request), **form.cleaned_data)
        text = ngettext("%(count)d place was given back.", "%(count)d places were given back.", len(rows))
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:registrations_registration_given_back", args=(event.pk,)))

    def given_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display until when giving back places can be undone and, on POST, undo it."""
        return given_back_page(self, request, pk)


def _sorted_out(rows: list[Registration]) -> tuple[list[Registration], list[tuple[Registration, str]]]:
    """Return the registrations whose places can be given back, and a list of the others with the reason why not."""
    now, able, left_out = timezone.now(), [], []
    for row in rows:
        if row.state == Registration.State.CANCELLED:
            sentence = translate("The place was given back before.")
            left_out.append((row, translate("They left the waiting list before.") if row.was_waiting else sentence))
            continue
        try:
            check_can_leave(row.session, now)
        except Refusal as refusal:
            left_out.append((row, refusal.sentence))
        else:
            able.append(row)
    return able, left_out
