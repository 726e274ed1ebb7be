"""The field for an email address, which asks for confirmation if an address is probably mistyped."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.doubtful_addresses import check_not_doubtful
from echo_portal.lib.forms import LOCAL_PART_RULE, mailbox


class AddressInput(forms.TextInput):
    """An input for an email address.

    It is not of the type "email", because browsers encode the domain of such an input by other rules: in Chromium,
    straße.example becomes strasse.example, a domain that somebody else may own.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        typing = {"autocomplete": "off", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(typing | (attrs or {}))


class AddressField(forms.EmailField):
    """A field for an email address. `required_words` is its error message if it is empty."""

    widget = AddressInput

    def __init__(self, *, label: Any = None, required_words: Any, **kwargs: Any) -> None:
        errors = {
            "required": required_words,
            "invalid": _("Write an email address like name@example.ca."),
            "max_length": _("This email address is too long."),
        }
        super().__init__(label=label or _("Email address"), max_length=254, error_messages=errors, **kwargs)

    def run_validators(self, value: Any) -> None:
        """Raise ValidationError with the rule for accents before the general one."""
        if not value.rpartition("@")[0].isascii():
            raise forms.ValidationError(LOCAL_PART_RULE)
        super().run_validators(value)


class OwnAddressField(AddressField):
    """A field for the email address of the person who fills in the form, which browsers can fill in for them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AddressInput({"autocomplete": "email"})
        super().__init__(required_words=_("Write your email address."), widget=widget, **kwargs)


def clean_address(form: forms.BaseForm, name: str) -> str:
    """Return the posted address, cleaned by `mailbox`. Raises ValidationError if it is probably mistyped."""
    address = mailbox(form.cleaned_data[name])
    check_not_doubtful(address, form.data)
    return address
