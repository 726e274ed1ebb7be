"""Add the column's name to each cell of Django's change lists, and write "Yes" and "No" instead of Django's icons.

On phones, style sheets display rows as cards.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()

_ICON = re.compile(r'<img src="[^"]*/icon-(yes|no|unknown)[^"/]*\.svg" alt="[^"]*">')


@register.filter
def labelled(cells: Iterable[SafeString], headers: list[dict[str, Any]]) -> Iterator[SafeString]:
    """Yield the cells with the attribute `data-label`, except heading cells (`<th>`) and cells of checkboxes."""
    for html, header in zip(cells, headers, strict=False):
        cell = mark_safe(_ICON.sub(_in_words, html))  # noqa: S308 (as Django wrote it)
        label = capfirst(strip_tags(str(header["text"])).strip())
        if label and cell.startswith("<td"):
            yield mark_safe(format_html('<td data-label="{}"', label) + cell.removeprefix("<td"))  # noqa: S308
        else:
            yield cell


def _in_words(icon: re.Match[str]) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(icon[1], "–")
