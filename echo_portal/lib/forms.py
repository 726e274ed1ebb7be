"""Functions and classes for forms: cleaning values, choices, selects, lists of lines, and the language buttons."""

import functools
import re
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import french_as_typed
from echo_portal.lib.text import fold, has_control_characters, has_visible_character

# The name of the buttons that change the language or the time zone while a form is partly filled. The view then
# displays the form again with the typed values, without validation. The value is the language of the previous page,
# or ZONE_CHANGED.
KEEP = "keep"
ZONE_CHANGED = "clock"
NAMES = ("name", "name_en", "name_fr", "certificate_name", "title", "title_en", "title_fr")
LAST = ("OTHER", "OUT", "UNSAID")


def sorted_choices(vocabulary: Any, first: str) -> list[tuple[str, str]]:
    """Return the choices in alphabetical order, ignoring accents. "Other" and "prefer not to say" are last."""
    return [("", first), *_sorted(vocabulary, get_language())]


class DayAndTimeInput(forms.SplitDateTimeWidget):
    """The browser's own inputs for a day and a time, without Django's scripts and its note about the server's time."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": _("Date")}
        time: dict[str, Any] = {"type": "time", "aria-label": _("Time")}
        super().__init__(attrs, date_format="%Y-%m-%d", time_format="%H:%M", date_attrs=day, time_attrs=time)


class DayAndTimeField(forms.SplitDateTimeField):
    """A day and a time. If only the day is given, the time is `otherwise`."""

    def __init__(self, *args: Any, otherwise: time, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.otherwise = otherwise

    def compress(self, data_list: Any) -> Any:
        day, hour = data_list or (None, None)
        return super().compress((day, hour or self.otherwise) if day else data_list)


@functools.cache
def _sorted(vocabulary: Any, language: str | None) -> list[tuple[str, str]]:
    choices = [(value, str(label)) for value, label in vocabulary.choices]
    return sorted(choices, key=lambda choice: (LAST.index(choice[0]) + 1 if choice[0] in LAST else 0, fold(choice[1])))


# Names of one's own machine or network (RFC 6761, RFC 6762).
NOT_ON_THE_INTERNET = (".localhost", ".localdomain", ".local", ".invalid")
LOCAL_PART_RULE = _("Check the part before the @: use letters without accents, digits and signs such as . - _ +")
LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")


def mailbox(value: str) -> str:
    """Return a cleaned email address, with its domain encoded by IDNA 2008 (UTS 46, non-transitional).

    Raises ValidationError for an invalid address, a domain without a dot, an IP address, and an address that is too
    long for the column. The part before the @ must be ASCII, because similar characters (ſ, ı) would be folded to those
    of another person's address.
    """
    address = one_line(value)
    local, _at, server = address.rpartition("@")
    if len(local) > LONGEST_LOCAL_PART:
        raise forms.ValidationError(
            _("The part before the @ is too long: at most %(most)d characters.") % {"most": LONGEST_LOCAL_PART}
        )
    if not LOCAL_PART.fullmatch(local):
        raise forms.ValidationError(LOCAL_PART_RULE)
    name = ascii_host(server)
    if (
        "." not in name
        or name.endswith(NOT_ON_THE_INTERNET)
        or name.endswith(".")
        or name.rpartition(".")[2].isdecimal()
        or len(local) + 1 + len(name) > 254
    ):
        raise forms.ValidationError(_("Look at the part after the @: no mail server can have this name."))
    return f"{local}@{name}"


def ascii_host(name: str) -> str:
    """Return a host name in lower case, encoded by IDNA 2008 (UTS 46, non-transitional).

    Return "" if the name cannot be encoded.
    """
    try:
        return idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def one_line(value: str) -> str:
    """Return the stripped text with single spaces. Raises ValidationError for control characters."""
    return " ".join(without_controls(value).split())


def without_controls(value: str) -> str:
    """Return the text unchanged. Raises ValidationError for control characters."""
    if has_control_characters(value):
        raise forms.ValidationError(_("Write this on one line, without special control characters."))
    return value


def several_lines(value: str) -> str:
    """Return the text unchanged. Raises ValidationError for control characters other than tabs and line ends."""
    if has_control_characters(value, lines=True):
        raise forms.ValidationError(_("Write this without special control characters."))
    return value


def visible(field: forms.Field, value: str) -> str:
    """Return the text unchanged, or "" if it contains no visible character.

    Raises ValidationError with the field's own message if the field is required and there is no visible character.
    """
    if has_visible_character(value):
        return value
    if field.required:
        raise forms.ValidationError(field.error_messages["required"], code="required")
    return ""


ADDRESS_OF_SITE = re.compile(r"://|\bwww\.", re.IGNORECASE)


def name_of_person(field: forms.Field, value: str) -> str:
    """Return the name, as `visible` does. Raises ValidationError for addresses, and for digits and signs only."""
    name = visible(field, value)
    if "@" in name:
        raise forms.ValidationError(_("Write a name here, not an email address."), code="address-as-name")
    if ADDRESS_OF_SITE.search(name):
        raise forms.ValidationError(_("Write a name here, not an address of a website."), code="address-as-name")
    if name and not any(character.isalpha() for character in name):
        raise forms.ValidationError(_("Write a name, not only digits and signs."), code="digits-only")
    return name


EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def check_year(value: date) -> None:
    """Raise ValidationError if the year of a date or datetime is probably a typing error, such as "0026"."""
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise forms.ValidationError(
            _("Check the year: %(year)04d is not between %(first)d and %(last)d."),
            code="year",
            params={"year": value.year, "first": EARLIEST_YEAR, "last": LATEST_YEAR},
        )


class FrenchTypography(forms.BaseForm):
    """A form that gives the French texts typed in it, in fields named `…_fr`, the typography of French.

    `verbatim` are the names of fields whose texts are stored as they were typed.
    """

    verbatim: tuple[str, ...] = ()

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in [name for name in self.cleaned_data if name.endswith("_fr") and name not in self.verbatim]:
            value = self.cleaned_data[name]
            if isinstance(self.fields[name], (forms.URLField, forms.SlugField)):
                continue
            if isinstance(value, str):
                self.cleaned_data[name] = french_as_typed(value)
            elif isinstance(value, list):
                self.cleaned_data[name] = [french_as_typed(line) for line in value]


class NamedForm(FrenchTypography, forms.ModelForm):  # type: ignore[type-arg]
    """A form that cleans names and titles for emails and calendars.

    They must be on one line and contain a visible character.
    """

    def _get_validation_exclusions(self) -> set[str]:
        """Return the fields to exclude from validation, without fields of constraints that the form can violate."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        for constraint in self._meta.model._meta.constraints:
            fields = set(getattr(constraint, "fields", ()))
            if fields & self.fields.keys():
                # A stored row has a value for each field. It may be None, such as the hub of a national page.
                excluded -= {
                    name
                    for name in fields - self.fields.keys()
                    if self.instance.pk or getattr(self.instance, f"{name}_id", None)
                }
        return excluded

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in NAMES:
            if isinstance(given := values.get(name), str):
                try:
                    values[name] = visible(self.fields[name], without_controls(given))
                except forms.ValidationError as fault:
                    self.add_error(name, fault)
        return values


class LongTextField(forms.CharField):
    """A field for a text of several lines, with line breaks as `\\n`.

    Browsers post them as `\\r\\n`, which does not count as a change.
    """

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class LineListField(forms.CharField):
    """A field whose value is a list of at most `most` non-empty lines with at most `longest` characters each."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, longest: int, most: int = 50, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("One on each line."))
        super().__init__(**kwargs)
        self.longest, self.most = longest, most

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [one_line(line) for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(
                _("Write at most %(most)d lines; there are %(count)d."),
                params={"most": self.most, "count": len(lines)},
            )
        for line in lines:
            if len(line) > self.longest:
                raise ValidationError(
                    _("Each line may have %(longest)d characters; “%(start)s…” has %(length)d."),
                    params={"longest": self.longest, "start": line[:30], "length": len(line)},
                )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.to_python(data) or "").splitlines() != list(initial or [])


def options(choices: Sequence[tuple[str, str]], chosen: str) -> SafeString:
    """Return `<option>` elements for pairs of value and label. The one with the value `chosen` is selected."""
    return _render_options(tuple(choices), chosen)


@lru_cache(maxsize=512)
def _render_options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    selected = SafeString(" selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, selected if value == chosen else "", label) for value, label in choices),
    )


class Select(forms.Select):
    """Django's Select widget with faster rendering, for choices without groups."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        written = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        choices = [(str(choice), str(label)) for choice, label in self.choices]
        return format_html("<select{}>{}</select>", written, options(choices, str(value or "")))
