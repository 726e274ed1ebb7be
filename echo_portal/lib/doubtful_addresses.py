"""Ask people once to confirm an address that is probably mistyped, such as name@gmial.com."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _

FIELD = "doubted"
CODE = "doubt"
# Providers whose names are often mistyped, and correct domains that are spelled almost like them.
PROVIDERS = (
    *("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "live.com", "msn.com", "me.com", "aol.com"),
    *("yahoo.ca", "hotmail.ca", "live.ca", "outlook.fr", "hotmail.fr", "yahoo.fr", "live.fr", "ymail.com", "mail.com"),
    *("email.com", "gmx.com", "googlemail.com", "protonmail.com", "proton.me", "videotron.ca", "sympatico.ca"),
    *("bell.net", "rogers.com", "shaw.ca", "telus.net", "cogeco.ca", "eastlink.ca", "sasktel.net", "mts.net"),
)
# Providers with a single domain: any other ending is a typing error.
ONE_NAME = {"gmail": "gmail.com", "icloud": "icloud.com"}


def check_not_doubtful(address: str, sent: Mapping[str, object]) -> None:
    """Raise ValidationError if the address is probably mistyped, unless the person has confirmed it.

    `sent` contains the posted values. If the form is displayed with this error, its hidden field FIELD contains the
    address. Submitting the form again then confirms the address.
    """
    meant = meant_address(address)
    if meant and str(sent.get(FIELD, "")).strip() != address:
        raise forms.ValidationError(
            _("Did you mean %(meant)s? Correct the address, or send the form again if %(address)s is right."),
            code=CODE,
            params={"meant": meant, "address": address},
        )


def meant_address(address: str) -> str:
    """Return the address that the person probably meant, or "" if the address is probably correct."""
    local, _at, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in PROVIDERS:
        return ""
    meant = ONE_NAME.get(domain.partition(".")[0]) or next(
        (known for known in PROVIDERS if is_one_slip_away(domain, known)), ""
    )
    return f"{local}@{meant}" if meant else ""


def is_one_slip_away(typed: str, meant: str) -> bool:
    """Return whether the words differ by one missing, added or replaced character, or by two swapped characters."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    at = next((index for index, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return True
    added, missing, wrong = (
        typed[at + 1 :] == meant[at:],
        typed[at:] == meant[at + 1 :],
        typed[at + 1 :] == meant[at + 1 :],
    )
    exchanged = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    return added or missing or wrong or exchanged
