"""Middleware: request ids, health checks, response headers, the second factor, error pages."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from echo_portal.lib.http import sent_from_here
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
        if 300 <= response.status_code < 400 and not response.content:
            response.headers.pop("Content-Type", None)  # an empty text is not valid HTML
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class OwnFormsMiddleware:
    """Accept a form without its token if the browser says that a page of this site sent it (ADR 14).

    Signing in changes the token, so a form left open in another tab would lose what was typed. Django's middleware
    checks the token of all other forms.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> None:
        if request.method == "POST" and sent_from_here(request):
            request.csrf_processing_done = True  # type: ignore[attr-defined]


class StaffSessionMiddleware:
    """End sessions of coordinators and staff after 30 minutes without a request, and after 12 hours in all."""

    IDLE_SECONDS = 30 * 60
    LIFETIME_SECONDS = 12 * 3600
    SEEN_EVERY_SECONDS = 60
    STARTED, SEEN = "staff_started_at", "staff_seen_at"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_staff and self._has_ended(request):
            logout(request)
            messages.info(request, _("You were signed out for safety. Sign in again."))
        return self.get_response(request)

    def _has_ended(self, request: HttpRequest) -> bool:
        now = time.time()
        started = request.session.setdefault(self.STARTED, now)
        seen = request.session.get(self.SEEN, now)
        if now - seen > self.IDLE_SECONDS or now - started > self.LIFETIME_SECONDS:
            return True
        if now - seen > self.SEEN_EVERY_SECONDS or self.SEEN not in request.session:
            request.session[self.SEEN] = now
        return False


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
