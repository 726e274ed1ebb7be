"""Addresses that are probably mistyped, such as name@gmial.com: the form asks, and takes the answer."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _

FIELD = "doubted"
CODE = "doubt"
# Providers whose names are often mistyped, and others that are spelled almost alike and are right.
PROVIDERS = (
    *("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "live.com", "msn.com", "me.com", "aol.com"),
    *("yahoo.ca", "hotmail.ca", "live.ca", "outlook.fr", "hotmail.fr", "yahoo.fr", "live.fr", "ymail.com", "mail.com"),
    *("email.com", "gmx.com", "googlemail.com", "protonmail.com", "proton.me", "videotron.ca", "sympatico.ca"),
    *("bell.net", "rogers.com", "shaw.ca", "telus.net", "cogeco.ca", "eastlink.ca", "sasktel.net", "mts.net"),
)
ONE_NAME = {"gmail": "gmail.com", "icloud": "icloud.com"}  # providers with one domain only, whatever its ending


def check_not_doubtful(address: str, sent: Mapping[str, object]) -> None:
    """Ask about an address that is probably mistyped. Raises ValidationError, unless it was asked about before.

    `sent` are the posted values: the form posts the address that was doubted under FIELD.
    """
    meant = meant_address(address)
    if meant and str(sent.get(FIELD, "")).strip() != address:
        raise forms.ValidationError(
            _("Did you mean %(meant)s? Correct the address, or send the form again if %(address)s is right."),
            code=CODE,
            params={"meant": meant, "address": address},
        )


def meant_address(address: str) -> str:
    """Return the address that was probably meant, or "" if there is no doubt."""
    local, _at, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in PROVIDERS:
        return ""
    meant = ONE_NAME.get(domain.partition(".")[0]) or next(
        (known for known in PROVIDERS if is_one_slip_away(domain, known)), ""
    )
    return f"{local}@{meant}" if meant else ""


def is_one_slip_away(typed: str, meant: str) -> bool:
    """Return whether one character is missing, added, wrong, or exchanged with its neighbour."""
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
