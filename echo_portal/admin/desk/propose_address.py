"""The page on which a coordinator proposes to correct the address of a person of a series."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import signed_in_person
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.person import places_of, registrant_in
from echo_portal.lib.address_fields import AddressField, clean_address
from echo_portal.lib.forms import one_line
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import propose_address
from sessions.models import Series


class AddressForm(forms.Form):
    new_address = AddressField(label=_("Right address"), required_words=_("Write the person’s email address."))
    reason = forms.CharField(
        label=_("How do you know it?"),
        max_length=500,
        error_messages={"required": _("Write how you know it, such as “told us by telephone”.")},
    )

    def clean_new_address(self) -> str:
        return clean_address(self, "new_address")

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


def propose_address_page(page: HubScopedAdmin, request: HttpRequest, series: Series, person: int) -> HttpResponse:
    """Display the form and, on POST, save the proposal. No email is sent until Pallium staff have decided."""
    shown = registrant_in(series, person)
    owner = next((row.person for row in places_of(series, person)), None)
    if owner is None:
        raise Http404
    back = reverse("admin:echo_sessions_series_person", args=(series.pk, person))
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_address(person=owner, series=series, by=signed_in_person(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            page.message_user(request, translate("Pallium staff decide about it."), messages.SUCCESS)
            return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        "subtitle": translate("Correct the address: %(name)s") % {"name": shown.name},
        "person": shown,
        "form": form,
        "back": back,
    }
    return desk_answer(page, request, series, "registrants", "propose_address", context)
