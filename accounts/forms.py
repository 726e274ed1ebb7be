"""The sign-in forms and the profile form."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.time_zones import ASK_FOR_ZONE
from accounts.vocabularies import Language, PracticeSetting, Profession, Province, ServesRural
from echo_portal.lib.address_fields import OwnAddressField, clean_address
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import name_of_person, one_line, sorted_choices, visible
from echo_portal.lib.text import digits_of
from echo_portal.lib.zones import is_uncertain, zone_choices, zone_within

FSA = r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]"  # the first three characters of a postal code (DOMAIN.md 7, rurality)


def privacy_label() -> str:
    """Return the label of the consent field as one sentence, because languages place the link differently."""
    sentence = str(_('I agree to Pallium Canada’s <a href="%(url)s">privacy policy</a>'))
    return mark_safe(sentence % {"url": reverse("privacy")})  # noqa: S308 (our own words and address)


class SignInForm(forms.Form):
    email = OwnAddressField(help_text=_("We send a six-digit code. There is no password."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_email(self) -> str:
        return clean_address(self, "email")


class CodeForm(forms.Form):
    """The form for the six digits, which accepts the formats in which people type and paste them (`digits_of`)."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={
            "required": _("Type the six digits of the email."),
            "max_length": _("The code has six digits."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_code(self) -> str:
        digits = digits_of(self.cleaned_data["code"])
        if pasted := re.fullmatch(r"[^0-9]*[^0-9A-Za-z]([0-9]{6})[^0-9A-Za-z]*", digits):
            digits = pasted[1]  # with the words before it, such as “Your code: 123456”
        if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("The code has six digits."))
        return digits


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The profile form. Only the name and the language are always required.

    The time zone is also required if the person chooses a province with several zones, as in the registration form
    (ADR 7). A stored zone and province can be saved again as they are.
    """

    practice_settings = forms.MultipleChoiceField(
        label=_("Practice settings"),
        choices=PracticeSetting.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    language = forms.ChoiceField(label=_("Language for emails"), choices=Language.choices, widget=forms.RadioSelect)
    forward_sortation_area = forms.CharField(
        label=_("First three characters of the postal code"), required=False, max_length=10
    )
    serves_rural = forms.ChoiceField(
        label=_("Do you mainly serve a rural, remote or Indigenous community?"),
        required=False,
        choices=ServesRural.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    class Meta:
        model = Person
        fields = (
            "name",
            "certificate_name",
            "profession",
            "licence_number",
            "practice_settings",
            "province",
            "community",
            "forward_sortation_area",
            "serves_rural",
            "time_zone",
            "language",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profession"].choices = sorted_choices(Profession, str(_("Choose your profession")))  # type: ignore[attr-defined]
        self.fields["province"].choices = sorted_choices(Province, str(_("Choose from the list")))  # type: ignore[attr-defined]
        zone_field = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", _("As my province")), *zone_choices(active_language())],
            help_text=_("If your province or territory has several time zones, choose that of your community."),
            error_messages={"invalid_choice": _("Choose a time zone from the list.")},
        )
        self.fields["time_zone"] = zone_field
        self.fields["licence_number"].help_text = _(
            "Only for pharmacists and pharmacy technicians: it is printed on your statements of attendance, "
            "and nowhere else."
        )
        self.fields["name"].error_messages["required"] = _("Write your name.")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "time_zone" in values:
            self._check_zone_within(values)
        return values

    def _check_zone_within(self, values: dict[str, Any]) -> None:
        """Remove the stored time zone if the chosen province does not have it, and require another one if needed."""
        province, chosen = values.get("province", ""), values["time_zone"]
        if (province, chosen) == (self.instance.province, self.instance.time_zone):
            return
        values["time_zone"] = zone_within(chosen, province)
        if is_uncertain(chosen, province):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["time_zone"] = ""  # type: ignore[index]
            self.fields["time_zone"].required = True  # the page no longer says that the field is optional
            self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
                ("", _("Choose your community’s time zone")),
                *zone_choices(active_language()),
            ]
            self.add_error("time_zone", ASK_FOR_ZONE)
        elif chosen and not values["time_zone"] and "time_zone" in self.changed_data:
            self.add_error("time_zone", _("Choose a time zone of your province."))

    def clean_forward_sortation_area(self) -> str:
        """Return the first three characters, in capitals, of a full or partial postal code."""
        area = "".join(self.cleaned_data["forward_sortation_area"].split()).upper()[:3]
        if area and not re.fullmatch(FSA, area):
            raise forms.ValidationError(_("Write the first three characters, like K7L."))
        return area

    def clean_name(self) -> str:
        return name_of_person(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_certificate_name(self) -> str:
        return name_of_person(self.fields["certificate_name"], one_line(self.cleaned_data["certificate_name"]))

    def clean_licence_number(self) -> str:
        return one_line(self.cleaned_data["licence_number"])

    def clean_community(self) -> str:
        return visible(self.fields["community"], one_line(self.cleaned_data["community"]))
