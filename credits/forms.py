"""Forms for revoking a certificate and for giving a reviewer access."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language, Profession
from echo_portal.lib.address_fields import AddressField, clean_address
from echo_portal.lib.forms import FrenchTypography, check_year, one_line, visible
from echo_portal.lib.identifier_forms import EmailedTextForm
from echo_portal.lib.pdf.characters import missing_characters


class RevokeForm(EmailedTextForm):
    because = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("The person gets it by email. The public page says only that it was revoked."),
        error_messages={"required": _("Say why.")},
    )

    checked = ("because",)


class AccreditationForm(FrenchTypography, forms.ModelForm):  # type: ignore[type-arg]
    verbatim = ("statement_fr",)  # as the certifier approved it

    professions = forms.MultipleChoiceField(
        label=_("For these professions"),
        choices=Profession.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: for everyone."),
    )

    def clean_signatory_name(self) -> str:
        return _printable(self.cleaned_data["signatory_name"])

    def clean_signatory_title_en(self) -> str:
        return _printable(self.cleaned_data["signatory_title_en"])

    def clean_signatory_title_fr(self) -> str:
        return _printable(self.cleaned_data["signatory_title_fr"])


def _printable(text: str) -> str:
    """Return the text on one line. Raises ValidationError if a certificate cannot print one of its characters."""
    text = one_line(text)
    if missing := missing_characters(text):
        raise forms.ValidationError(
            _("Certificates cannot print these characters: %(characters)s"),
            code="characters",
            params={"characters": missing},
        )
    return text


class SignatureForm(forms.Form):
    file = forms.FileField(
        label=_("Picture of the signature"),
        help_text=_("PNG or JPEG, at most 2 MB, cut to the signature, dark on white."),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        error_messages={"required": _("Choose a file.")},
    )


class ReviewerForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the name of the person.")}
    )
    email = AddressField(required_words=_("Write the person’s email address."))
    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.EN)
    until = forms.DateField(
        label=_("Until and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the last day."), "invalid": _("Choose the last day.")},
        validators=[check_year],
    )

    def clean_name(self) -> str:
        return visible(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_email(self) -> str:
        return clean_address(self, "email")
