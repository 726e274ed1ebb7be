"""Recognise forms that were filled in before another person signed in in the same browser."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import Person
from echo_portal.lib.text import email_key

# The hidden field with the address that was signed in when the form was loaded. A form of a guest has none.
OPENED_FOR = "opened_for"


def check_opened_for(data: Mapping[str, Any], person: Person | None) -> None:
    """Raise ValidationError if the form was loaded for another person, or a guest typed another address in it.

    The form is then displayed again for the person who is signed in, who may send it.
    """
    given = str(data.get(OPENED_FOR) or data.get("email") or "")[:254]
    if person is not None and given and email_key(given) != person.email_key:
        sentence = _(
            "This browser is now signed in as %(email)s. Nothing was sent: send the form again if it is yours, and "
            "sign out first if it is not."
        )
        raise forms.ValidationError(sentence % {"email": person.email}, code="other-person")
