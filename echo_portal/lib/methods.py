"""Decorators for the allowed methods of a view. `AllowedMethodsMiddleware` reads them before CSRF tokens are checked.

Django's own decorators run after that check, so that a method which is not allowed would result in a 403.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators import http

ALLOWED_METHODS = "allowed_methods"
# The methods of views without a decorator, such as those of libraries.
USUAL_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class require_http_methods:  # noqa: N801 (Django's name)
    """A decorator like Django's, which also saves the allowed methods as an attribute of the view."""

    def __init__(self, methods: Sequence[str]) -> None:
        self.methods = tuple(methods)

    def __call__[View: Callable[..., HttpResponseBase]](self, view: View) -> View:
        limited: Any = http.require_http_methods(self.methods)(view)
        setattr(limited, ALLOWED_METHODS, self.methods)
        return limited  # type: ignore[no-any-return]


require_POST = require_http_methods(["POST"])  # noqa: N816 (Django's name)
require_safe = require_http_methods(["GET", "HEAD"])


def methods_of(view: Callable[..., object]) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(view, ALLOWED_METHODS, USUAL_METHODS)
    return found
