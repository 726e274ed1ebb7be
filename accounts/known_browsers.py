"""Manage a cookie that contains the mailboxes with which people have signed in in this browser.

Requests from such a browser have a separate limit of sign-in codes, which requests from other browsers cannot use up.
The cookie contains keyed hashes, so that other users of the browser cannot read the addresses.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.throttles import mailbox_of
from echo_portal.lib.sealed import keyed_hash

COOKIE = f"{settings.COOKIE_PREFIX}known"
SALT = "accounts.known-browsers"
KEPT_SECONDS = 180 * 24 * 3600
MOST = 5


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Add the mailbox to the cookie, which contains only the most recent mailboxes."""
    hashed = _hash(address)
    others = [known for known in _known(request) if known != hashed]
    response.set_cookie(
        COOKIE,
        signing.dumps([hashed, *others][:MOST], salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest, address: str) -> bool:
    return _hash(address) in _known(request)


def _hash(address: str) -> str:
    return keyed_hash(mailbox_of(address), purpose=SALT)[:32]


def _known(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return []
