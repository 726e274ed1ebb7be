"""`{% icon "check" %}` renders an SVG of templates/icons, which is cached. Always use it next to a text."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    return render_to_string(f"icons/{name}.svg")
