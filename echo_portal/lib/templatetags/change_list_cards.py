"""Add the column's name to each cell of Django's change lists. On phones, style sheets display rows as cards."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(cells: Iterable[SafeString], headers: list[dict[str, Any]]) -> Iterator[SafeString]:
    """Yield the cells with the attribute `data-label`, except heading cells (`<th>`) and cells of checkboxes."""
    for cell, header in zip(cells, headers, strict=False):
        label = capfirst(strip_tags(str(header["text"])).strip())
        if label and cell.startswith("<td"):
            yield mark_safe(format_html('<td data-label="{}"', label) + cell.removeprefix("<td"))  # noqa: S308
        else:
            yield cell
