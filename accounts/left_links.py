"""Manage a cookie that contains the personal links whose pages were left in this browser.

Until somebody presses a button, these links open nothing in this browser, so that Back displays no personal page. The
cookie contains keyed hashes, so that other users of the browser cannot read the links.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.links import MANAGE, kept_link, token_for
from accounts.models import Person
from echo_portal.lib.personal_cookies import LEFT_LINKS
from echo_portal.lib.sealed import keyed_hash

SALT = "accounts.left-links"
KEPT_SECONDS = 180 * 24 * 3600
MOST = 20


def links_of_sender(request: HttpRequest) -> list[str]:
    """Return the tokens with which this browser opens "My sessions": of the kept link, and of the signed-in person."""
    own = [token_for(request.user, MANAGE)] if isinstance(request.user, Person) else []
    return [token for token in (kept_link(request), *own) if token]


def leave_links(request: HttpRequest, response: HttpResponse, tokens: list[str]) -> HttpResponse:
    """Add the tokens to the cookie, which contains only the most recent ones."""
    hashes = [_hash(token) for token in tokens]
    return _save(response, [*hashes, *(one for one in _left(request) if one not in hashes)][:MOST])


def open_link_again(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    return _save(response, [one for one in _left(request) if one != _hash(token)])


def was_left(request: HttpRequest, token: str) -> bool:
    return _hash(token) in _left(request)


def _hash(token: str) -> str:
    return keyed_hash(token, purpose=SALT)[:32]


def _left(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(LEFT_LINKS, ""), salt=SALT, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return []


def _save(response: HttpResponse, hashes: list[str]) -> HttpResponse:
    if not hashes:
        response.delete_cookie(LEFT_LINKS)
        return response
    value = signing.dumps(hashes, salt=SALT)
    response.set_cookie(LEFT_LINKS, value, max_age=KEPT_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
