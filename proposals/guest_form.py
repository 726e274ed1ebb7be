"""The base class of public forms for guests: an address that is confirmed by email, and a hidden field against bots."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.opened_for import check_opened_for
from echo_portal.lib.address_fields import OwnAddressField, clean_address


class GuestForm(forms.Form):
    """A form that requires no account. `person` is the signed-in person, who is not asked for their address."""

    email = OwnAddressField(help_text=_("We email you a button to confirm it is from you."))
    website = forms.CharField(label=_("Leave this field empty"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.person = person
        if person is not None:
            del self.fields["email"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        check_opened_for(self.data, self.person)
        return values

    def clean_email(self) -> str:
        return clean_address(self, "email")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""
