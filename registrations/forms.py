"""Forms about registrations. Each error is a sentence next to its field. Forms do not write to the database."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.actions import Details
from accounts.forms import privacy_label
from accounts.models import Person
from accounts.opened_for import OPENED_FOR
from accounts.time_zones import ASK_FOR_ZONE
from accounts.vocabularies import Language, Profession, Province
from echo_portal.lib.address_fields import OwnAddressField, clean_address
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import ZONE_CHANGED, Select, name_of_person, one_line, several_lines, sorted_choices
from echo_portal.lib.identifier_forms import EmailedTextForm
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from echo_portal.lib.zones import (
    PROVINCE_ZONES,
    PROVINCES_WITH_SEVERAL_ZONES,
    ZONE_BY_NAME,
    has_several_clocks,
    is_uncertain,
)
from registrations.placeholders import check_no_placeholders
from sessions.models import Series, Session

EARLIEST_ALL = "all"
CHOOSE = "some"
# The button that registers the signed-in person with a form that was filled in for another address; its value is their
# own address.
INSTEAD = "instead"
OF_PROFILE = ("name", "profession", "province", "language")


class KeyField(forms.CharField):
    """A field for an enrollment key, whose value is on one line."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label,
            max_length=40,
            error_messages={
                "required": _("Type the enrollment key. You find it on the page of the series or in your invitation."),
                "max_length": _("A key is shorter: it has at most 40 characters."),
            },
        )

    def clean(self, value: Any) -> str:
        return one_line(super().clean(value))


class KeyForm(forms.Form):
    """A form for an enrollment key of any series."""

    enrollment_key = KeyField(label=_("Enrollment key"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def typed(self) -> str:
        return str(self.cleaned_data["enrollment_key"])


class NoteForm(EmailedTextForm):
    """A form for a coordinator's note in both languages. If one is empty, registrants get the other."""

    note_en = forms.CharField(
        label=_("A word to the registrants (English)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )
    note_fr = forms.CharField(
        label=_("A word to the registrants (French)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "fr"}),
    )

    checked = ("note_en", "note_fr")

    def clean_note_en(self) -> str:
        return self._clean_note("note_en")

    def clean_note_fr(self) -> str:
        return self._clean_note("note_fr")

    def _clean_note(self, field: str) -> str:
        """Return the note. Placeholders in it are refused, because a note is sent as it is written."""
        text = several_lines(self.cleaned_data[field])
        try:
            check_no_placeholders(text, field=field)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return text


class RegistrationForm(forms.Form):
    """The registration form: sessions, enrollment key if needed, personal details and consent (DESIGN.md 6).

    `open_sessions` are the sessions that can be chosen. `zone` is the visitor's time zone, or None if it is not known.
    `is_enrolled` is true if they are signed in and enrolled in the series, so that they need no key.
    """

    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This page is too old. Load it again."),
            "invalid": _("This page is too old. Load it again."),
        },
    )
    which = forms.ChoiceField(
        choices=[(EARLIEST_ALL, _("All sessions to come")), (CHOOSE, _("Let me choose"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose all sessions, or single ones.")},
    )
    sessions = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": _("Choose sessions from the list."),
            "invalid_list": _("Choose sessions from the list."),
        },
    )
    enrollment_key = KeyField(label=_("Key for this series"))
    name = forms.CharField(
        label=_("Your name, as it should stand on your certificate"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Write your name."),
            "max_length": _("Write your name in at most 200 characters."),
        },
    )
    email = OwnAddressField(help_text=_("We send your joining links here."))
    profession = forms.ChoiceField(
        label=_("Profession"),
        widget=Select,
        error_messages={
            "required": _("Choose your profession."),
            "invalid_choice": _("Choose your profession from the list."),
        },
    )
    province = forms.ChoiceField(
        label=_("Province or territory"),
        widget=Select(attrs={"autocomplete": "address-level1"}),
        error_messages={
            "required": _("Choose your province or territory."),
            "invalid_choice": _("Choose your province or territory from the list."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language for emails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the language of your emails."),
            "invalid_choice": _("Choose English or French."),
        },
    )
    consent = forms.BooleanField(
        label=lazy(privacy_label, str)(),
        error_messages={"required": _("Tick the box to agree to the privacy policy; we need it to register you.")},
    )
    news = forms.BooleanField(label=_("Email me about new ECHO sessions"), required=False)
    website = forms.CharField(label=_("Leave this field empty"), required=False, max_length=200)

    def __init__(
        self,
        data: Any = None,
        *,
        series: Series,
        open_sessions: list[Session],
        person: Person | None = None,
        zone: str | None = None,
        is_enrolled: bool = False,
        **kwargs: Any,
    ) -> None:
        typed = data
        if person is not None and data is not None:
            data = _with_own_details(data, person)
        super().__init__(data, **kwargs)
        # Whether values of the profile replace typed ones.
        self.uses_profile = typed is not None and any(typed.get(name) != data.get(name) for name in OF_PROFILE)
        self.series = series
        self.open_sessions = open_sessions
        self.person = person
        self.asks_key = series.needs_key and not is_enrolled
        self.fields["sessions"].choices = [(row.pk, row.title) for row in open_sessions]  # type: ignore[attr-defined]
        self.fields["profession"].choices = sorted_choices(Profession, str(_("Choose your profession")))  # type: ignore[attr-defined]
        self.fields["province"].choices = sorted_choices(Province, str(_("Choose from the list")))  # type: ignore[attr-defined]
        for code in PROVINCES_WITH_SEVERAL_ZONES:
            self.fields[f"zone_{code.lower()}"] = zone_field(code, zone, _zone_of_province(person, code))
        self.known_zone = zone
        if not self.asks_key:
            del self.fields["enrollment_key"]
        if person is not None:
            del self.fields["email"]
            # After Back, browsers would restore the name that another person typed before they signed out.
            self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_name(self) -> str:
        return name_of_person(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_email(self) -> str:
        return clean_address(self, "email")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._check_signed_in_since()
        self._check_community_zone(values)
        if "sessions" in self.errors:
            return values
        if self._takes_all():
            values["sessions"] = [row.pk for row in self.open_sessions]
        chosen = values.get("sessions") or []
        if self.series.choose_one and len(chosen) > 1:
            self.add_error("sessions", _("Choose one of the dates; they have the same content."))
        elif not chosen and not (self.whole_series and self.series.ongoing):
            one = self.series.choose_one
            self.add_error("sessions", _("Choose one of the dates.") if one else _("Choose at least one session."))
        return values

    def _check_signed_in_since(self) -> None:
        """Add an error if a person signed in after the page was loaded, and the form has another address."""
        if self.other_address:
            self.add_error(None, self.choose_whom)

    @property
    def other_address(self) -> str:
        """Return the address for which the form was filled in, if another person has signed in since, else ""."""
        given = str((self.data or self.initial).get("email") or "")[:254]
        return given if self.person is not None and given and email_key(given) != self.person.email_key else ""

    @property
    def choose_whom(self) -> str:
        """Return the sentence that asks which of the two people should be registered."""
        sentence = _(
            "This browser is now signed in as %(email)s, and the form was filled in for %(given)s. "
            "Nobody is registered yet: choose one of the two."
        )
        return sentence % {"email": self.person.email if self.person else "", "given": self.other_address}

    def _check_community_zone(self, values: dict[str, Any]) -> None:
        """Add an error if the province has several time zones and none was chosen for the community (TZ-4).

        Errors of the fields for other provinces are removed, because the page does not display those fields. A
        signed-in person may leave out the field of their own province: they get emails in its usual zone, which is not
        stored.
        """
        province = values.get("province", "")
        name = f"zone_{province.lower()}"
        for hidden in {f"zone_{code.lower()}" for code in PROVINCES_WITH_SEVERAL_ZONES} - {name}:
            self.errors.pop(hidden, None)
        if has_several_clocks(province) and name not in self.errors:
            known = self.known_zone if self.known_zone in PROVINCES_WITH_SEVERAL_ZONES[province] else ""
            values[name] = values[name] or known
            if is_uncertain(values[name] or self.fields[name].initial or "", province):
                self.add_error(name, ASK_FOR_ZONE)

    @property
    def whole_series(self) -> bool:
        """Return whether the person chose all sessions, including those added later."""
        return (
            self._takes_all() and not self.series.choose_one and (len(self.open_sessions) != 1 or self.series.ongoing)
        )

    def _takes_all(self) -> bool:
        if self.series.choose_one:
            return len(self.open_sessions) == 1
        return len(self.open_sessions) <= 1 or self.cleaned_data.get("which") == EARLIEST_ALL

    def typed_values(self, *, left: str, language: str) -> dict[str, Any]:
        """Return the values as typed, with which the form is displayed again without validating it.

        `left` is the language of the page on which they were typed, or ZONE_CHANGED if the visitor has just set the
        time zone. A visitor's language for emails changes from `left` to `language`, unless they chose another one. A
        time zone that was just set is preselected for the community.
        """
        values = {name: self[name].data for name in self.fields}
        values["form_key"] = values["form_key"] or uuid.uuid4()
        values["email"] = self.data.get("email", "")
        for _code, zone, _required in self.community_zones:
            if left == ZONE_CHANGED or not zone.field.valid_value(values[zone.name]):  # type: ignore[attr-defined]
                values[zone.name] = zone.field.initial
        if self.person is None and values["language"] == left:
            values["language"] = language
        return values

    @property
    def community_zones(self) -> list[tuple[str, forms.BoundField, bool]]:
        """Return the code, the time zone field, and whether it is required, for provinces with several zones (TZ-4).

        The page displays only the field of the chosen province.
        """
        codes = PROVINCES_WITH_SEVERAL_ZONES
        return [(code.lower(), self[f"zone_{code.lower()}"], has_several_clocks(code)) for code in codes]

    def details(self, *, known_zone: str) -> Details:
        """Return the form's values about the person. Signed-in people keep their verified address.

        The time zone is the one chosen for the community or, for guests, `known_zone` (the result of
        `zone_for_profile`). For a signed-in person who chose none it is "", and the stored one is kept if the province
        has it. A zone that follows from the province is not stored.
        """
        values = self.cleaned_data
        asked = values.get(f"zone_{values['province'].lower()}", "")
        return Details(
            name=values["name"],
            email=self.person.email if self.person else values["email"],
            language=values["language"],
            profession=values["profession"],
            province=values["province"],
            time_zone=asked or ("" if self.person else known_zone),
        )


def _with_own_details(data: Any, person: Person) -> Any:
    """Return the submitted values, completed by the profile if the person did not open the form while signed in.

    If they chose to be registered instead of somebody else, nothing that was typed about that other person is used. A
    form that was opened as a guest, with their own address, only adds what the profile lacks. If the profile has no
    name yet, all submitted values are used.
    """
    instead, opened_for, address = (email_key(str(data.get(name) or "")) for name in (INSTEAD, OPENED_FOR, "email"))
    is_instead = instead == person.email_key
    is_own = opened_for == person.email_key or not person.name
    if not is_instead and (is_own or address not in ("", person.email_key)):
        return data
    kept = data.copy()
    for name in OF_PROFILE:
        kept[name] = getattr(person, name) or ("" if is_instead else kept.get(name, ""))
    if is_instead or person.time_zone:
        for name in [name for name in kept if name.startswith("zone_")]:
            del kept[name]
    if is_instead:  # the consent may be that of another person
        kept["email"] = person.email
        kept.pop("news", None)
    return kept


def _zone_of_province(person: Person | None, province: str) -> str | None:
    """Return the zone of the person's province, in which they get their emails, or None for another province."""
    return PROVINCE_ZONES.get(province) if person is not None and person.province == province else None


def zone_field(province: str, *zones: str | None) -> forms.ChoiceField:
    """Return a field for choosing one of a province's time zones. `RegistrationForm.clean` checks if it is required.

    The first of `zones` that the province has is preselected (ADR 7).
    """
    names = PROVINCES_WITH_SEVERAL_ZONES[province]
    known = next((zone for zone in zones if zone in names), None)
    language = active_language()
    choices = [(name, ZONE_BY_NAME[name].choice(language)) for name in names]
    return forms.ChoiceField(
        label=_("Your community’s time zone (%(province)s)") % {"province": Province(province).label},
        choices=choices if known else [("", _("Choose your community’s time zone")), *choices],
        required=False,
        initial=known,
        widget=Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )


def initial_values(
    *, person: Person | None, profession: str, province: str, key: str, session_id: int | None
) -> dict[str, Any]:
    """Return the initial values of the form: those of the profile if there are any, else those of the arguments.

    A person who is not signed in gets the language of the page.
    """
    return {
        "form_key": uuid.uuid4(),
        "which": CHOOSE if session_id else EARLIEST_ALL,
        "sessions": [session_id] if session_id else [],
        "enrollment_key": key,
        "name": person.name if person else "",
        "profession": (person.profession if person else "") or profession,
        "province": (person.province if person else "") or province,
        "language": person.language if person else active_language(),
    }
