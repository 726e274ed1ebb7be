"""Error pages in the visitor's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the page for a form that is too old or comes from another site."""
    return render(request, "403_csrf.html", status=403)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Show the page for a URL that accepts other methods only, as when a POST address is reloaded.

    `allowed` is the value of the Allow header.
    """
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response
