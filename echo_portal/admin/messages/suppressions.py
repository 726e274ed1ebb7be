"""The list of suppressed addresses, to which no email is sent, with the action that lifts a suppression."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_scope import ReadOnly, register_scope, signed_in_person
from echo_portal.admin.messages.actions import lift_suppression
from echo_portal.admin.messages.history import answer_shown, in_eastern_time
from echo_portal.admin.messages.scope import suppressions_of
from echo_portal.outbox.models import Suppression
from hubs.admin_scope import HubScopedAdmin

register_scope(Suppression, suppressions_of)


class LiftedFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "lifted_at__isempty"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return (("1", _("Still stopped")), ("0", _("Lifted")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> QuerySet[Suppression]:
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(lifted_at__isnull=self.value() == "1")


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly, HubScopedAdmin):
    list_display = ("address_key", "reason", "said", "since", "lifted")
    list_filter = ("reason", LiftedFilter)
    search_fields = ("address_key",)
    date_hierarchy = "since_at"
    actions = ("lift",)
    fields = ("address_key", "reason", "said", "since", "lifted")
    readonly_fields = ("said", "since", "lifted")

    @admin.display(description=_("what the server said"))
    def said(self, suppression: Suppression) -> str:
        return answer_shown(suppression.detail) or "–"

    @admin.display(description=_("since (Eastern time)"), ordering="since_at")
    def since(self, suppression: Suppression) -> str:
        return in_eastern_time(suppression.since_at)

    @admin.display(description=_("lifted (Eastern time)"), ordering="lifted_at")
    def lifted(self, suppression: Suppression) -> str:
        return in_eastern_time(suppression.lifted_at)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Return whether the person is Pallium staff, because lifting a suppression affects all hubs."""
        return signed_in_person(request).is_pallium_staff

    @admin.action(description=_("Lift: try the address again"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> TemplateResponse | None:
        """Display the selected addresses and, once this is confirmed, lift their suppressions."""
        rows = list(queryset.filter(lifted_at__isnull=True).order_by("address_key"))
        if request.POST.get("confirmed") != "yes":
            return TemplateResponse(
                request,
                "admin/outbox/suppression/lift.html",
                {
                    **self.admin_site.each_context(request),
                    "title": translate("Lift: try the address again"),
                    "opts": self.opts,
                    "rows": [(row, answer_shown(row.detail)) for row in rows],
                },
            )
        for row in rows:
            lift_suppression(suppression=row, by=signed_in_person(request))
        text = ngettext("%(count)d address is tried again.", "%(count)d addresses are tried again.", len(rows))
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS if rows else messages.WARNING)
        return None
