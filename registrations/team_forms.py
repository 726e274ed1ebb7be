"""The form with which somebody invites their colleagues. It does not write to the database."""

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.opened_for import check_opened_for
from echo_portal.lib.address_fields import AddressField
from echo_portal.lib.doubtful_addresses import FIELD, check_not_doubtful
from echo_portal.lib.forms import mailbox, name_of_person, one_line
from echo_portal.lib.text import email_key
from registrations.forms import KeyField
from registrations.rules import MOST_COLLEAGUES
from sessions.models import Series, Session

NO_NAME, NO_ADDRESS = gettext_lazy("Write the name."), gettext_lazy("Write the email address.")
OLD_PAGE = gettext_lazy("This page is too old. Load it again.")


class InviteTeamForm(forms.Form):
    """A form for sessions, the enrollment key if needed, and names and addresses of one to ten colleagues."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": OLD_PAGE, "invalid": OLD_PAGE})
    sessions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which sessions?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Choose sessions from the list."),
            "invalid_list": gettext_lazy("Choose sessions from the list."),
        },
    )
    enrollment_key = KeyField(label=gettext_lazy("Enrollment key"))
    lead_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Your colleagues’ emails say who invites them. It is saved in “My details”."),
        error_messages={
            "required": gettext_lazy("Write your name."),
            "max_length": gettext_lazy("Write your name in at most 200 characters."),
        },
    )

    def __init__(
        self, data: Any = None, *, series: Series, options: Sequence[tuple[Session, str]], lead: Person, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.series, self.lead = series, lead
        self.open_sessions = [session for session, _words in options]
        self.fields["sessions"].choices = [(session.pk, words) for session, words in options]  # type: ignore[attr-defined]
        if series.choose_one:
            self.fields["sessions"].label = _("Date")
            self.fields["sessions"].help_text = _("These dates have the same content. Tick one.")
        elif len(self.open_sessions) > 1:
            self.fields["sessions"].help_text = _("All of them: sessions that are added later, too.")
        if not series.needs_key:
            del self.fields["enrollment_key"]
        if lead.name:
            del self.fields["lead_name"]
        for number in range(1, MOST_COLLEAGUES + 1):
            self._add_row(number)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _add_row(self, number: int) -> None:
        name = forms.CharField(
            label=_("Name of colleague %(number)d") % {"number": number},
            max_length=200,
            required=number == 1,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": NO_NAME,
                "max_length": _("Write the name of colleague %(number)d in at most 200 characters.")
                % {"number": number},
            },
        )
        email = AddressField(
            label=_("Email address of colleague %(number)d") % {"number": number},
            required_words=NO_ADDRESS,
            required=number == 1,
        )
        self.fields |= {f"name_{number}": name, f"email_{number}": email}

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the name field and the address field of each colleague."""
        return [(self[f"name_{number}"], self[f"email_{number}"]) for number in range(1, MOST_COLLEAGUES + 1)]

    @property
    def is_long(self) -> bool:
        """Return whether a row after the third is filled in, so that the page displays all rows."""
        return any(field.value() for row in self.rows[3:] for field in row)

    def clean_lead_name(self) -> str:
        return name_of_person(self.fields["lead_name"], one_line(self.cleaned_data["lead_name"]))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = values.get("sessions", [])
        if "sessions" not in self.errors:
            if self.series.choose_one and len(chosen) != 1:
                self.add_error("sessions", _("Choose one of the dates."))
            elif not chosen and not self.series.ongoing:
                self.add_error("sessions", _("Choose at least one session."))
        self.colleagues = self._colleagues(values)
        check_opened_for(self.data, self.lead)
        return values

    def _colleagues(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the names and addresses in the rows that are filled in. Add an error to each row that is not valid."""
        found: dict[str, tuple[str, str]] = {}
        for number in range(1, MOST_COLLEAGUES + 1):
            name, email = f"name_{number}", f"email_{number}"
            if name in self.errors or email in self.errors or not (values.get(name) or values.get(email)):
                continue
            for field, sentence in ((name, NO_NAME), (email, NO_ADDRESS)):
                if not values.get(field):
                    self.add_error(field, sentence)
            if name in self.errors or email in self.errors or not self._check_row(name, email, values):
                continue
            key = email_key(values[email])
            if key == self.lead.email_key:
                self.add_error(email, _("This is your own address. Register yourself on the page of the series."))
            elif key in found:
                self.add_error(email, _("This address is in the form twice."))
            else:
                found[key] = (values[name], values[email])
        return list(found.values())

    def _check_row(self, name: str, email: str, values: dict[str, Any]) -> bool:
        try:
            values[name] = name_of_person(self.fields[name], one_line(values[name]))
        except forms.ValidationError as fault:
            self.add_error(name, fault)
        try:
            address = values[email] = mailbox(values[email])
            confirmed = address in getattr(self.data, "getlist", lambda name: [])(FIELD)
            check_not_doubtful(address, {FIELD: address} if confirmed else {})
        except forms.ValidationError as fault:
            self.add_error(email, fault)
        return name not in self.errors and email not in self.errors

    @property
    def whole_series(self) -> bool:
        """Return whether all sessions were chosen, so that those added later are included."""
        if self.series.choose_one or (len(self.open_sessions) < 2 and not self.series.ongoing):
            return False
        return {session.pk for session in self.open_sessions} == set(self.cleaned_data["sessions"])


def initial_values(sessions: Sequence[Session], *, key: str, choose_one: bool) -> dict[str, Any]:
    chosen = [] if choose_one and len(sessions) != 1 else [session.pk for session in sessions]
    return {"form_key": uuid.uuid4(), "sessions": chosen, "enrollment_key": key}
