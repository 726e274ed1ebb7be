"""Error pages in the visitor's language."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from accounts.links import LeftLinkError, RevokedLinkError
from echo_portal.lib.http import private

# The exceptions for forms that are too large to be read.
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Display the page for an unknown URL (404), or for a personal link that was revoked (410) or left (200)."""
    if isinstance(exception, LeftLinkError):
        target = request.path if request.method in ("GET", "HEAD") else ""
        context = {"token": exception.token, "next": target}
        return private(render(request, "accounts/left_link.html", context))
    if isinstance(exception, RevokedLinkError):
        return render(request, "revoked_link.html", status=410)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Display the page for a form with too much text (413) or too many fields (400), or for another bad request."""
    if not isinstance(exception, TOO_LARGE):
        return defaults.bad_request(request, exception)
    request._mark_post_parse_error()  # type: ignore[attr-defined]  # the page's context must not read the form again
    too_long = isinstance(exception, RequestDataTooBig)
    return render(request, "too_large.html", {"too_long": too_long}, status=413 if too_long else 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Display the page for a form that is too old or was sent by another site."""
    return render(request, "403_csrf.html", status=403)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Display the page for a method that the URL does not allow, such as GET for a URL that accepts only POST.

    `allowed` is the value of the Allow header.
    """
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response
