"""The list of proposed corrections of addresses, and the page on which Pallium staff decide about them."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.views.decorators.csp import csp_override

from accounts import second_factor
from accounts.admin_scope import signed_in_person
from accounts.models import Person
from echo_portal.admin.deciding import DecidedByStaff
from echo_portal.admin.sample_emails import sample_frame, store_samples
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.frames import WITH_FRAMES
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations.actions import accept_address, refuse_address
from registrations.models import AddressCorrection


@admin.register(AddressCorrection)
class AddressCorrectionAdmin(DecidedByStaff):
    """The list of proposals. Coordinators see those of their hubs; only Pallium staff decide about them."""

    list_display = ("old_address", "new_address", "series", "state", "proposed", "proposed_by")
    search_fields = ("old_address", "new_address")
    fields = (
        "old_address",
        "new_address",
        "series",
        "reason",
        "state",
        "proposed",
        "proposed_by",
        "decided",
        "decided_by",
    )
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        name = "registrations_addresscorrection"
        return [
            path("<int:pk>/decide/", self.admin_site.admin_view(self.decide_view), name=f"{name}_decide"),
            path("<int:pk>/sample/<slug:key>/<slug:language>/", self.admin_site.admin_view(self.sample_view),
                name=f"{name}_sample"),
            *super().get_urls(),
        ]  # fmt: skip

    def for_staff(self, request: HttpRequest, pk: int) -> AddressCorrection:
        """Return the proposal. Raises Http404 for everybody except Pallium staff."""
        rows = AddressCorrection.objects.select_related("person", "series__hub", "proposed_by")
        row = rows.filter(pk=pk).first() if signed_in_person(request).is_pallium_staff else None
        if row is None:
            raise Http404
        return row

    @method_decorator(csp_override(WITH_FRAMES))
    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display what accepting would do, with the email to the new address.

        On POST, accept or refuse the proposal.
        """
        row = self.for_staff(request, pk)
        here = reverse("admin:registrations_addresscorrection_decide", args=(row.pk,))
        back = reverse("admin:registrations_addresscorrection_changelist")
        if request.method == "POST":
            if asked := second_factor.ask_unless_recent(request, here):
                return asked
            decide = accept_address if request.POST.get("decision") == "accept" else refuse_address
            try:
                done = decide(correction=row, by=signed_in_person(request))
            except Refusal as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
            else:
                said = translate("%(label)s: %(value)s") % {"label": done, "value": done.get_state_display()}
                self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": translate("Decide about an address"),
            "opts": self.opts,
            "correction": row,
            "is_open": row.state == AddressCorrection.State.PROPOSED,
            "waiting": Message.objects.unsent().filter(person_id=row.person_id).count(),
            "back": back,
            **self._preview(request, row),
        }
        return TemplateResponse(request, "admin/registrations/decide_address.html", context)

    def sample_view(self, request: HttpRequest, pk: int, key: str, language: str) -> HttpResponse:
        self.for_staff(request, pk)
        return sample_frame(key, language, for_person=signed_in_person(request))

    def _preview(self, request: HttpRequest, row: AddressCorrection) -> dict[str, Any]:
        """Accept the proposal in a transaction that is rolled back.

        Return the emails that were written, or the reason why it cannot be accepted.
        """
        staff: Person = signed_in_person(request)
        with transaction.atomic():
            try:
                accept_address(correction=row, by=staff)
            except Refusal as refusal:
                transaction.set_rollback(True)
                return {"fault": refusal.sentence}
            written = list(Message.objects.about(row.about).order_by("pk"))
            samples = {language: preview(written[0], language, scope_ids=None) for language in LANGUAGES}
            transaction.set_rollback(True)
        return {
            "told": [message.address for message in written],
            "samples": list(samples.items()),
            "sample_key": store_samples(samples, for_person=staff),
        }
