"""The options of a select, drawn once for each choice: Django renders a template for every one of them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def options(choices: Sequence[tuple[str, str]], chosen: str) -> SafeString:
    """Pairs of value and label, one of them chosen."""
    return _drawn(tuple(choices), chosen)


@lru_cache(maxsize=512)
def _drawn(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    selected = SafeString(" selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, selected if value == chosen else "", label) for value, label in choices),
    )


class Select(forms.Select):
    """Django's, for plain choices without groups."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        written = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        choices = [(str(choice), str(label)) for choice, label in self.choices]
        return format_html("<select{}>{}</select>", written, options(choices, str(value or "")))
