"""Middleware for request IDs, health checks, headers, ETags, forms of this site, sessions and error pages."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware.csp import get_nonce
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from echo_portal.lib.addresses import path_in_its_language
from echo_portal.lib.http import sent_from_here
from echo_portal.lib.kept_posts import is_form_of_administration, keep_post
from echo_portal.lib.logs import new_request_id
from echo_portal.lib.methods import methods_of
from echo_portal.lib.personal_cookies import forget_person
from echo_portal.people_with_roles import has_role
from echo_portal.views.errors import TOO_LARGE, bad_request, method_not_allowed, page_not_found
from echo_portal.views.health import healthz, readyz

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class HeadMiddleware:
    """Remove the body of responses to HEAD, for which the server would log a warning. The outermost middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and response.content:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            if request.method == "HEAD":
                response.content = b""
        return response


class RequestIdMiddleware:
    """Use the request ID of X-Request-ID or create one, and add it to the response and to all log lines."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = new_request_id(request.headers.get("X-Request-ID", ""))
        response = self.get_response(request)
        response["X-Request-ID"] = identifier
        return response


class HealthMiddleware:
    """Respond to /healthz and /readyz before redirects to HTTPS, host checks and sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)


# Errors that a browser may keep and display again if the response does not say otherwise (RFC 9110, 15.1).
STORED_WITHOUT_HEADER = frozenset({404, 405, 410, 414, 501})


class ResponseHeadersMiddleware:
    """Set headers for which Django has no setting (SAFETY.md 4.3).

    Caches must not store pages of signed-in people and pages that set a cookie, such as forms (SAFETY.md V14). They
    ask again before they display an error: a withdrawn report may be published again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if 300 <= response.status_code < 400 and not response.streaming and not response.content:
            response.headers.pop("Content-Type", None)  # an empty attribute is not valid HTML
        user = getattr(request, "user", None)
        if response.cookies:  # also of a feed, which is public otherwise
            response.headers["Cache-Control"] = "no-store, private"
        elif user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        elif response.status_code in STORED_WITHOUT_HEADER:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ValidatorsMiddleware:
    """Add an ETag to public pages, and return 304 to a browser that already has the page.

    A page has no ETag if it is for one person, sets a cookie or must not be stored. The ETag does not depend on the
    nonce, which differs in each response. After a 304, the browser keeps the content security policy of the stored
    page, whose scripts have the nonce in that policy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not self._is_public_page(request, response):
            return response
        nonce = str(get_nonce(request)).encode()
        etag = quote_etag(hashlib.sha256(response.content.replace(nonce, b"")).hexdigest()[:32])
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie"])
        answer = get_conditional_response(request, etag=etag, response=response)
        return response if answer is None or answer is response else _keep_stored_policy(answer)

    @staticmethod
    def _is_public_page(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and response.headers.get("Content-Type", "").startswith("text/html")
            and "Cache-Control" not in response.headers
            and not response.cookies
            and not request.user.is_authenticated
        )


@csp_override({})
def _keep_stored_policy(not_modified: HttpResponse) -> HttpResponse:
    """Return the 304 without the content security policy, because it would replace the policy of the stored page."""
    return not_modified


class AllowedMethodsMiddleware:
    """Return 405 for methods that the view does not allow, before the CSRF token is checked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> HttpResponse | None:
        allowed = methods_of(view)
        return None if request.method in allowed else HttpResponseNotAllowed(allowed)


class OwnFormsMiddleware:
    """Accept a form without a valid CSRF token if the browser's headers prove that this site sent it (ADR 14).

    The token changes when a person signs in. Without this middleware, a form that is open in another tab would then be
    refused. Django's middleware checks the token of all other forms.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> None:
        if request.method == "POST" and sent_from_here(request):
            request.csrf_processing_done = True  # type: ignore[attr-defined]


class SignOutMiddleware:
    """Delete the personal cookies when a person is signed out, on whichever page, or because their session ended."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        return forget_person(response) if was_signed_in and not request.user.is_authenticated else response


class StaffSessionMiddleware:
    """End sessions of people with any role after 30 minutes without a request, and after 12 hours in any case.

    A form that is posted after that, or after the person signed out in another tab, is stored for the person, who can
    return to it after signing in (ADR 26, ADR 57).
    """

    IDLE_SECONDS = 30 * 60
    LIFETIME_SECONDS = 12 * 3600
    SEEN_EVERY_SECONDS = 60
    STARTED, SEEN = "staff_started_at", "staff_seen_at"
    SIGNED_OUT = "staff_signed_out"  # in a session without a person, the ID of the last person with a role

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person_id = request.user.pk if request.user.is_authenticated and has_role(request.user) else None
        if person_id is None:
            return self._signed_out(request) or self.get_response(request)
        if self._has_ended(request):
            kept = self._keep(request, person_id, _("You were signed out for safety. Sign in again."))
            if kept:
                return kept
        response = self.get_response(request)
        if not request.user.is_authenticated:
            request.session[self.SIGNED_OUT] = person_id
        return response

    def _signed_out(self, request: HttpRequest) -> HttpResponse | None:
        """Store a form that is posted after its sender signed out in another tab of this browser."""
        if request.user.is_authenticated or not is_form_of_administration(request):
            return None
        if self.SIGNED_OUT not in request.session:
            return None
        words = _("You were signed out, so nothing was saved. Sign in again.")
        return self._keep(request, request.session[self.SIGNED_OUT], words)

    def _keep(self, request: HttpRequest, person_id: int, words: str) -> HttpResponse | None:
        """Store a posted form and return a redirect to the sign-in page, or None if it cannot be displayed again.

        Sign the person out. If nothing is stored, add `words` as a message.
        """
        key = keep_post(request, person_id=person_id)
        logout(request)
        request.session[self.SIGNED_OUT] = person_id
        if not key:
            messages.info(request, words)
            return None
        messages.info(request, _("You were signed out. What you typed is kept for an hour: sign in again."))
        return redirect_to_login(reverse("admin:kept", args=(key,)), reverse("sign_in"))

    def _has_ended(self, request: HttpRequest) -> bool:
        now = time.time()
        started = request.session.setdefault(self.STARTED, now)
        seen = request.session.get(self.SEEN, now)
        if now - seen > self.IDLE_SECONDS or now - started > self.LIFETIME_SECONDS:
            return True
        if now - seen > self.SEEN_EVERY_SECONDS or self.SEEN not in request.session:
            request.session[self.SEEN] = now
        return False

    @classmethod
    def ends_soon(cls, request: HttpRequest) -> bool:
        """Return whether the session will reach its maximum duration before it could end for lack of requests."""
        started: float = request.session.get(cls.STARTED, time.time())
        return started + cls.LIFETIME_SECONDS < time.time() + cls.IDLE_SECONDS


class ErrorPagesMiddleware:
    """Return the portal's own pages for 405 and, with DEBUG, for 404 and for forms that are too large.

    With DEBUG, a 500 still displays the traceback.

    Paths that mix languages, such as /en/seances/, are redirected to the page in the language of their prefix.

    This must be the innermost middleware, because it recognizes unknown URLs by a 404 response without a resolver
    match, and must be the first to process exceptions of views.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            if request.method in ("GET", "HEAD") and (path := path_in_its_language(request)):
                return HttpResponseRedirect(path)
            if settings.DEBUG:
                return page_not_found(request, Http404())
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(request, response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if settings.DEBUG and isinstance(exception, Http404):
            return page_not_found(request, exception)
        return bad_request(request, exception) if settings.DEBUG and isinstance(exception, TOO_LARGE) else None
