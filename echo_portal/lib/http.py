"""Requests and responses: safe redirects, private pages, ETags, and where a request was sent from."""

import hashlib
import ipaddress
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.http import http_date, url_has_allowed_host_and_scheme

from echo_portal.lib.documents import TYPES


class MessageCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """Django's message storage, with the prefix of the portal's cookies in the name of its cookie."""

    storage_classes = (MessageCookie, SessionStorage)


def private[Response: HttpResponseBase](response: Response) -> Response:
    """Add headers to a page that is for one person only: caches must not store it, and search engines not index it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def with_validators(request: HttpRequest, response: HttpResponse, changed: Iterable[datetime]) -> HttpResponse:
    """Add an ETag, and the latest datetime as Last-Modified. Return a 304 if the client already has this content."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    latest = max((int(moment.timestamp()) for moment in changed), default=None)
    if latest is not None:
        response["Last-Modified"] = http_date(latest)
    return get_conditional_response(request, etag=etag, last_modified=latest, response=response) or response


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Return `wanted` if it is a URL of this site with at most 200 characters, else ""."""
    if (
        wanted
        and len(wanted) <= 200
        and wanted.isprintable()
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        and _has_view(wanted)
    ):
        return wanted
    return ""


def _has_view(address: str) -> bool:
    path = unquote(urlsplit(address).path)
    with translation.override(translation.get_language_from_path(path) or translation.get_language()):
        try:
            resolve(path)
        except Resolver404:
            return False
    return True


def sent_from_here(request: HttpRequest) -> bool | None:
    """Return whether a page of this site sent the form, according to headers of the browser, or None without them.

    Pages cannot set these headers. Browsers send Sec-Fetch-Site since 2023, and Origin with every form since 2020.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site != "none":  # the header is "none" when a page is reloaded
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return origin == f"{request.scheme}://{request.get_host()}"
    return None


def from_loopback(request: HttpRequest) -> bool:
    """Return whether the connection comes from this machine. Forwarded addresses are ignored."""
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and "X-Forwarded-For" not in request.headers


def pdf_to_save(file: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser saves under this name, which must be ASCII without quotation marks."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file, content_type="application/pdf", headers=headers)


# A policy for documents: if a browser displays one in spite of the other headers, it runs and loads nothing.
SANDBOXED = {"default-src": [CSP.NONE], "sandbox": True}


def document_to_save(file: bytes, name: str, extension: str) -> HttpResponse:
    """Return a response with an uploaded document, which the browser saves and never displays (SAFETY.md V5).

    The name must be ASCII without quotation marks.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    response = HttpResponse(file, content_type=TYPES[extension].content_type, headers=headers)
    response._csp_config = SANDBOXED  # type: ignore[attr-defined]
    return response
