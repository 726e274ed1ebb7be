"""Error pages in the visitor's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Display the page for a form that is too old or was sent by another site."""
    return render(request, "403_csrf.html", status=403)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Display the page for a request method that the URL does not accept, such as GET for a URL for posts.

    `allowed` is the value of the Allow header.
    """
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response
