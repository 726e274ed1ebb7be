"""Requests and responses: where a form may lead back to, and pages that belong to one person."""

import ipaddress

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme


def private(response: HttpResponse) -> HttpResponse:
    """Mark a response as one person's: no cache keeps it and no search engine indexes it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Return `wanted` if it is an address of this site with at most 200 characters, else an empty string."""
    if (
        wanted
        and len(wanted) <= 200
        and wanted.isprintable()
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    ):
        return wanted
    return ""


def sent_from_here(request: HttpRequest) -> bool | None:
    """Return whether the browser says that a page of this very site sent the form; None if it says nothing.

    Pages cannot set these headers. Browsers send Sec-Fetch-Site since 2023, and Origin with every form since 2020.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site != "none":  # as when a page is reloaded
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return origin == f"{request.scheme}://{request.get_host()}"
    return None


def from_loopback(request: HttpRequest) -> bool:
    """Return whether the peer is this machine; a forwarded address is never believed here."""
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and "X-Forwarded-For" not in request.headers
