"""What every form of the portal does alike."""

import functools
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.text import can_be_seen, fold, has_control_characters

NAMES = ("name", "name_en", "name_fr", "certificate_name", "title", "title_en", "title_fr")
LAST = ("OTHER", "OUT", "UNSAID")


def sorted_choices(vocabulary: Any, first: str) -> list[tuple[str, str]]:
    """In the reader's alphabet, accents apart; "other" and "prefer not to say" last."""
    return [("", first), *_sorted(vocabulary, get_language())]


@functools.cache
def _sorted(vocabulary: Any, language: str | None) -> list[tuple[str, str]]:
    choices = [(value, str(label)) for value, label in vocabulary.choices]
    return sorted(choices, key=lambda choice: (LAST.index(choice[0]) + 1 if choice[0] in LAST else 0, fold(choice[1])))


def mailbox(value: str) -> str:
    """An address on one line, the name of its server in the letters that mail servers exchange (RFC 5890).

    So santé.example is one person's however she types it, and her mail leaves. Refused where no server can be so named.
    """
    address = one_line(value)
    local, at, server = address.rpartition("@")
    try:
        return f"{local}{at}{server.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise forms.ValidationError(_("Look at the part after the @: no mail server can have this name.")) from None


def one_line(value: str) -> str:
    """Trimmed, spaces made single; refused with a sentence where it carries control characters."""
    return " ".join(without_controls(value).split())


def without_controls(value: str) -> str:
    """As it is, no-break spaces too; refused like `one_line`."""
    if has_control_characters(value):
        raise forms.ValidationError(_("Write this on one line, without special control characters."))
    return value


def seen(field: forms.Field, value: str) -> str:
    """As it is; what nobody can see is an empty value, refused with the field's own sentence where one is needed."""
    if can_be_seen(value):
        return value
    if field.required:
        raise forms.ValidationError(field.error_messages["required"], code="required")
    return ""


class NamedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names and titles stand in headers of mails, in calendars and in lists: one line that can be seen."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in NAMES:
            if isinstance(given := values.get(name), str):
                try:
                    values[name] = seen(self.fields[name], without_controls(given))
                except forms.ValidationError as fault:
                    self.add_error(name, fault)
        return values
