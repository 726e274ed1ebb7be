"""Forms with which a hub works on an inquiry."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.forms import check_year, one_line, several_lines, visible
from echo_portal.lib.identifier_forms import EmailedTextForm, PatientCheckForm
from hubs.models import Hub, Membership
from proposals.models import Inquiry
from proposals.models.entry import MAX_ENTRY

# Outcomes that a hub may choose; a sender takes back their own form.
OUTCOMES = [choice for choice in Inquiry.Outcome.choices if choice[0] != Inquiry.Outcome.WITHDRAWN]


def team_of(hub: Hub, reader: Person) -> QuerySet[Person]:
    """Return the coordinators of the hub, and the reader of the page."""
    coordinators = Membership.objects.filter(hub=hub, role=Membership.Role.COORDINATOR).values("person")
    return Person.objects.filter(Q(pk__in=coordinators) | Q(pk=reader.pk), is_active=True)


class NextStepForm(forms.Form):
    """Who is responsible for an inquiry, its next step, and the step's date. The sender sees the step and the date."""

    assigned_to = forms.ModelChoiceField(
        label=_("Who looks after it"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        error_messages={"invalid_choice": _("Choose a person from the list.")},
    )
    next_step = forms.CharField(
        label=_("Next step, which the sender sees"),
        max_length=200,
        error_messages={
            "required": _("Write what is done next."),
            "max_length": _("Write at most 200 characters."),
        },
    )
    next_step_on = forms.DateField(
        label=_("By"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[check_year],
        error_messages={"required": _("Choose a date."), "invalid": _("Choose a date.")},
    )

    def __init__(self, data: Any = None, *, inquiry: Inquiry, reader: Person) -> None:
        names = ("assigned_to", "next_step", "next_step_on")
        super().__init__(data, initial={name: getattr(inquiry, name) for name in names})
        self.fields["assigned_to"].queryset = team_of(inquiry.hub, reader)  # type: ignore[attr-defined]

    def clean_next_step_on(self) -> dt.date:
        """Refuse a date in the past, because the sender sees it, unless it is the stored date."""
        day: dt.date = self.cleaned_data["next_step_on"]
        if day < timezone.localdate() and "next_step_on" in self.changed_data:
            raise forms.ValidationError(translate("This day has passed."))
        return day

    def clean_next_step(self) -> str:
        return one_line(self.cleaned_data["next_step"])


class TextForm(PatientCheckForm):
    """A form for a note."""

    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_ENTRY,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": _("Write a text."),
            "max_length": _("This is too long: write at most %(limit_value)d characters."),
        },
    )

    def clean_text(self) -> str:
        return visible(self.fields["text"], several_lines(self.cleaned_data["text"]).strip())


class EmailForm(EmailedTextForm, TextForm):
    """A form for an answer, which is sent by email."""


class HandOverForm(forms.Form):
    hub = forms.ModelChoiceField(
        label=_("Hub"),
        queryset=Hub.objects.order_by("name_en"),
        empty_label=_("Choose a hub"),
        error_messages={"required": _("Choose a hub."), "invalid_choice": _("Choose a hub from the list.")},
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came of it, which the sender sees"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what came of it."),
            "invalid_choice": _("Choose what came of it."),
        },
    )
