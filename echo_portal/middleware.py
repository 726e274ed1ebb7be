"""Middleware: request ids, health checks, response headers, the second factor, error pages."""

import ipaddress
from collections.abc import Callable

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.views.defaults import page_not_found

from echo_portal.lib.logs import new_request_id
from echo_portal.views.errors import method_not_allowed
from echo_portal.views.health import healthz, readyz

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class RequestIdMiddleware:
    """Read X-Request-ID from the request, or create one; add it to the response and to every log line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = new_request_id(request.headers.get("X-Request-ID", ""))
        response = self.get_response(request)
        response["X-Request-ID"] = identifier
        return response


class HealthMiddleware:
    """Answer /healthz and /readyz before redirects to HTTPS, host checks and sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)


class ResponseHeadersMiddleware:
    """Set headers that Django has no setting for; signed-in pages are never cached (SAFETY.md 4.3, V14)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class SecondFactorMiddleware:
    """Require a second factor for the administration (PRODUCT.md 1).

    It can be off only with DEMO, DEBUG and a loopback address together.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.user.is_authenticated and self._must_set_up(request):
            return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}")
        return self.get_response(request)

    @staticmethod
    def _must_set_up(request: HttpRequest) -> bool:
        if second_factor_may_be_off(request):
            return False
        return not is_mfa_enabled(request.user)


class ErrorPagesMiddleware:
    """Show the portal's own pages for 405 and, with DEBUG, for 404. A 500 keeps DEBUG's traceback.

    This must be the innermost middleware: it recognises an unknown URL by a 404 response without a resolver match, and
    it must process a view's exceptions first.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(request, response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if settings.DEBUG and isinstance(exception, Http404) else None


def second_factor_may_be_off(request: HttpRequest) -> bool:
    """Return whether SECOND_FACTOR_REQUIRED is off, with DEBUG and DEMO, on a loopback connection."""
    return settings.DEBUG and settings.DEMO and not settings.SECOND_FACTOR_REQUIRED and from_loopback(request)


def from_loopback(request: HttpRequest) -> bool:
    """Return whether the request comes from this machine; forwarded requests never count."""
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and "X-Forwarded-For" not in request.headers
