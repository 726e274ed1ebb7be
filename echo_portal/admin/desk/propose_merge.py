"""The page on which a coordinator proposes to merge two profiles, because they belong to one person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from attendance.queries.attended import with_sessions_attended
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.person import registrant_in
from echo_portal.admin.desk.registrants import RegistrantRow, rows_of
from echo_portal.lib.forms import one_line
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import propose_merge
from registrations.queries.registrants import registrants_of
from sessions.models import Series


class MergeForm(forms.Form):
    other = forms.TypedChoiceField(
        label=_("The same person as"),
        coerce=int,
        error_messages={"required": _("Choose the other one."), "invalid_choice": _("Choose a person of this series.")},
    )
    reason = forms.CharField(
        label=_("How do you know it?"),
        max_length=500,
        error_messages={"required": _("Write how you know it, such as “told us by telephone”.")},
    )

    def __init__(self, *args: Any, others: list[RegistrantRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(row.pk, f"{row.name} – {row.address}") for row in others]
        self.fields["other"].choices = [("", translate("Choose")), *named]  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


def propose_merge_page(page: HubScopedAdmin, request: HttpRequest, series: Series, person: int) -> HttpResponse:
    """Display the form and, on POST, save the proposal. Nothing is merged until Pallium staff have decided."""
    shown = registrant_in(series, person)
    people = rows_of(with_sessions_attended(registrants_of(series), series))
    others = [row for row in people if row.pk != person]
    back = reverse("admin:echo_sessions_series_person", args=(series.pk, person))
    form = MergeForm(request.POST if request.method == "POST" else None, others=others)
    if request.method == "POST" and form.is_valid():
        chosen = next(row for row in others if row.pk == form.cleaned_data["other"])
        try:
            propose_merge(
                person=Person.objects.get(pk=person),
                other=Person.objects.get(pk=chosen.pk),
                names=f"{shown.name} ({shown.address}), {chosen.name} ({chosen.address})",
                series=series,
                reason=form.cleaned_data["reason"],
                by=signed_in_person(request),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            page.message_user(request, translate("Pallium staff decide about it."), messages.SUCCESS)
            return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        "subtitle": translate("Registered twice: %(name)s") % {"name": shown.name},
        "person": shown,
        "form": form,
        "back": back,
    }
    return desk_answer(page, request, series, "registrants", "propose_merge", context)
