"""Replace the default error messages of Django's form fields by the portal's own sentences (DESIGN.md 8).

Django's messages have another style and, in French, another typography. Fields with their own `error_messages` keep
them.
"""

from typing import Any

from django import forms
from django.core import validators
from django.forms import fields
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

AT_MOST = ngettext_lazy(
    "Write at most %(limit_value)d character; there are %(show_value)d.",
    "Write at most %(limit_value)d characters; there are %(show_value)d.",
    "limit_value",
)
NOT_PUBLIC = _("Write a public address that begins with https://, without a user name and password.")
FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.FileField: {
        "invalid": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another."),
    },
    forms.IntegerField: {"invalid": _("Write a whole number.")},
    forms.FloatField: {"invalid": _("Write a number.")},
    forms.DecimalField: {"invalid": _("Write a number.")},
    forms.DateField: {"invalid": _("Write a date like 2026-12-10.")},
    forms.TimeField: {"invalid": _("Write a time like 14:30.")},
    forms.DateTimeField: {"invalid": _("Write a date and a time like 2026-12-10 14:30.")},
    forms.SplitDateTimeField: {
        "invalid_date": _("Write a date like 2026-12-10."),
        "invalid_time": _("Write a time like 14:30."),
    },
    forms.ChoiceField: {"invalid_choice": _("Choose from the list.")},
    forms.MultipleChoiceField: {
        "invalid_choice": _("Choose from the list."),
        "invalid_list": _("Choose from the list."),
    },
    forms.ModelChoiceField: {"invalid_choice": _("Choose from the list.")},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": _("Choose from the list."),
        "invalid_list": _("Choose from the list."),
        "invalid_pk_value": _("Choose from the list."),
    },
    forms.URLField: {"invalid": NOT_PUBLIC},
    forms.UUIDField: {"invalid": _("Choose from the list.")},
}

SAME_ROWS = _("Two rows below have the same values. Change or remove one of them.")
NOT_ON_THE_CLOCK = _("The clock skips or repeats this hour when it changes. Choose another hour.")
_from_current_timezone = fields.from_current_timezone  # type: ignore[attr-defined]


def from_current_time_zone(value: Any) -> Any:
    """Return the local time with its time zone.

    Unlike Django's, its error message does not name the server's time zone.
    """
    try:
        return _from_current_timezone(value)
    except forms.ValidationError as fault:
        raise forms.ValidationError(NOT_ON_THE_CLOCK, code=fault.code) from fault


def same_rows_sentence(formset: Any, unique_check: Any) -> Any:
    """Return the error message for rows that were posted twice. Unlike Django's, it contains no names of columns."""
    return SAME_ROWS


def replace_default_errors() -> None:
    """Replace the error messages. Call this before any form class is defined."""
    for kind, sentences in FIELDS.items():
        kind.default_error_messages = {**kind.default_error_messages, **sentences}
    fields.from_current_timezone = from_current_time_zone  # type: ignore[attr-defined]
    forms.BaseModelFormSet.get_unique_error_message = same_rows_sentence  # type: ignore[method-assign, assignment]
    validators.validate_slug.message = _("Use only a to z, digits, hyphens and underscores.")
    validators.ProhibitNullCharactersValidator.message = _("Write this without special control characters.")
    validators.MaxLengthValidator.message = AT_MOST
    validators.MinValueValidator.message = _("Write %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("Write %(limit_value)s or less.")
    validators.URLValidator.message = NOT_PUBLIC
    validators.EmailValidator.message = _("Write an email address like name@example.ca.")
