"""The field for an email address, and the form that asks about an address that is probably mistyped."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.doubtful_addresses import check_not_doubtful
from echo_portal.lib.forms import mailbox


class AddressField(forms.EmailField):
    """An email address with the sentences for its faults; `required_words` is that for an empty field."""

    def __init__(self, *, label: Any = None, required_words: Any, **kwargs: Any) -> None:
        errors = {
            "required": required_words,
            "invalid": _("Write an email address like name@example.ca."),
            "max_length": _("This email address is too long."),
        }
        super().__init__(label=label or _("Email address"), max_length=254, error_messages=errors, **kwargs)


class OwnAddressField(AddressField):
    """The email address of the person who fills in the form; browsers offer it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
        super().__init__(required_words=_("Write your email address."), widget=widget, **kwargs)


def clean_address(form: forms.BaseForm, name: str) -> str:
    """Return the posted address as `mailbox` does. Raises ValidationError also for one that is probably mistyped."""
    address = mailbox(form.cleaned_data[name])
    check_not_doubtful(address, form.data)
    return address
