"""Pages for what went wrong, in the visitor's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that is too old, or from another site."""
    return render(request, "403_csrf.html", status=403)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only takes forms, typed or loaded again. `allowed`: the methods it takes."""
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response
