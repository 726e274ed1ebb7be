"""The form classes of the portal."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.urls import get_resolver

LIBRARIES = ("django.", "allauth.", "crispy_forms.", "tests.")


def form_classes() -> list[Any]:
    """Return all form classes of the portal, except those that the administration creates."""
    assert get_resolver().url_patterns  # imports every form
    return [one for one in _subclasses(BaseForm) if not one.__module__.startswith(LIBRARIES)]


def _subclasses(of: type) -> Iterator[type]:
    one: type
    for one in of.__subclasses__():
        yield one
        yield from _subclasses(one)
