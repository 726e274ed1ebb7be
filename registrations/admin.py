"""The admin list of registrations. Coordinators view them, and give back places on request."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_scope import ReadOnly, signed_in_person
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import leave_session
from registrations.forms import NoteForm
from registrations.models import Registration


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, HubScopedAdmin):
    list_display = ("person_name", "address", "series", "session", "state", "registered_at")
    list_filter = (
        "state",
        ("session__series", admin.RelatedOnlyFieldListFilter),
        ("session", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("person", "session__series")
    search_fields = ("key_shown", "person__email_key")
    date_hierarchy = "registered_at"
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
        """Add the displayed names, by which the list is searched and sorted instead of the names in the profiles."""
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

    @admin.action(description=_("Give back the place"), permissions=["give_back"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Registration]) -> TemplateResponse | None:
        """Display how many people get a message, then give back their places.

        Each place is given to the next person on the waiting list.
        """
        rows = Registration.objects.active().filter(pk__in=queryset.values("pk"))
        rows = rows.filter(pk__in=Registration.objects.editable_by(signed_in_person(request)).values("pk"))
        form = NoteForm(request.POST if request.POST.get("confirmed") == "yes" else None)
        if not form.is_valid():
            return TemplateResponse(
                request,
                "admin/registrations/give_back.html",
                {
                    **self.admin_site.each_context(request),
                    "title": translate("Give back the place"),
                    "opts": self.opts,
                    "rows": rows.select_related("person", "session__series").with_shown_name(),
                    "action_checkbox_name": ACTION_CHECKBOX_NAME,
                    "form": form,
                },
            )
        given_back = 0
        for row in rows.order_by("pk"):
            try:
                leave_session(registration=row, by=signed_in_person(request), **form.cleaned_data)
                given_back += 1
            except Refusal as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
        text = ngettext("%(count)d place was given back.", "%(count)d places were given back.", given_back)
        self.message_user(request, text % {"count": given_back}, messages.SUCCESS if given_back else messages.WARNING)
        return None
