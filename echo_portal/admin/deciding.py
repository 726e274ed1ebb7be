"""What the lists of proposals have in common: coordinators see those of their hubs, and Pallium staff decide."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import ReadOnly, signed_in_person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from hubs.admin_scope import HubScopedAdmin
from registrations.models.proposal import Proposal


class DecidedByStaff(ReadOnly, HubScopedAdmin):
    """A list of proposals. Open ones have a button for Pallium staff, in the list and on their own page."""

    change_form_template = "admin/registrations/proposal_change_form.html"
    list_filter = ("state",)
    list_select_related = ("series", "proposed_by")

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return [*shown, "decide"] if signed_in_person(request).is_pallium_staff else shown

    @admin.display(description=_("proposed (Eastern time)"), ordering="proposed_at")
    def proposed(self, row: Proposal) -> str:
        return eastern_time(row.proposed_at, active_language())

    @admin.display(description=_("decided (Eastern time)"), ordering="decided_at")
    def decided(self, row: Proposal) -> str:
        return eastern_time(row.decided_at, active_language()) if row.decided_at else "–"

    @admin.display(description=_("decision"))
    def decide(self, row: Proposal) -> str:
        if not row.is_open:
            return "–"
        return format_html('<a class="button" href="{}">{}</a>', self.decide_url(row), translate("Decide"))

    def decide_url(self, row: Proposal) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_decide", args=(row.pk,))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        decides = obj is not None and obj.is_open and signed_in_person(request).is_pallium_staff
        context |= {"decide_url": self.decide_url(obj) if decides else ""}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response
