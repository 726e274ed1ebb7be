"""Check whether this browser session has passed the second factor, and how long ago (SAFETY.md 8)."""

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import Person
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.lib.http import from_loopback
from echo_portal.lib.sealed import seal, unseal

FRESH_SECONDS = 5 * 60
METHOD = "mfa"
CACHE = "_second_factor_passed_at"
PURPOSE = "accounts.second_factor"


class SealedSecretsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """An adapter that encrypts TOTP secrets and the seeds of recovery codes in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        text = unseal(encrypted_text, purpose=PURPOSE)
        if text is None:
            raise ValueError("A second factor was stored under another key.")
        return text


def is_set_up(person: Person) -> bool:
    """Return whether the person has set up an authenticator app."""
    return bool(_authenticator_app(person.pk))


@compiled_query
def _authenticator_app(person_id: int) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.TOTP)
    return rows[:1]


def has_passed(request: HttpRequest) -> bool:
    """Return whether this browser session has passed the second factor. The person's other sessions do not count."""
    return _last_passed_at(request) is not None


def has_passed_recently(request: HttpRequest) -> bool:
    """Return whether this browser session passed the second factor within the last five minutes."""
    passed_at = _last_passed_at(request)
    return passed_at is not None and time.time() - passed_at < FRESH_SECONDS


def record_passed(request: HttpRequest, authenticator: Authenticator) -> None:
    """Record in the browser session that it has just passed the second factor, in the same format as allauth."""
    record_authentication(
        request, request.user, METHOD, id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
    request.__dict__.pop(CACHE, None)


def may_be_off(request: HttpRequest) -> bool:
    """Return whether the second factor is off: only with DEBUG, DEMO and its setting, for requests from loopback."""
    return settings.DEBUG and settings.DEMO and not settings.SECOND_FACTOR_REQUIRED and from_loopback(request)


def ask_again(request: HttpRequest, back: str = "") -> HttpResponseRedirect:
    """Return a redirect to the page that asks for a code, and that redirects back to `back`, or to the current URL."""
    back = back or (request.get_full_path() if request.method in ("GET", "HEAD") else request.path)
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")


def ask_unless_passed(request: HttpRequest, back: str) -> HttpResponseRedirect | None:
    """Return None if this session has passed the second factor, or the factor is off; otherwise return a redirect.

    The redirect leads to the page that asks for a code or, if the person has no authenticator app, that sets one up.
    """
    if may_be_off(request) or has_passed(request):
        return None
    assert isinstance(request.user, Person)
    return ask_again(request, back) if is_set_up(request.user) else HttpResponseRedirect(reverse("mfa_activate_totp"))


def ask_unless_recent(request: HttpRequest, back: str = "") -> HttpResponseRedirect | None:
    """Return None if this session has just passed the second factor, or the factor is off; else return `ask_again`."""
    return None if may_be_off(request) or has_passed_recently(request) else ask_again(request, back)


def fresh_factor_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view that first asks for a code, unless the session has just passed or the person has no app."""

    @functools.wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        if isinstance(person, Person) and is_set_up(person) and not has_passed_recently(request):
            return ask_again(request)
        return view(request, *args, **kwargs)

    return checked


def _last_passed_at(request: HttpRequest) -> float | None:
    """Return when this session last passed the second factor. The value is computed once per request."""
    if CACHE not in request.__dict__:
        request.__dict__[CACHE] = _find_last_passed_at(request)
    passed_at: float | None = request.__dict__[CACHE]
    return passed_at


def _find_last_passed_at(request: HttpRequest) -> float | None:
    person = request.user
    if not isinstance(person, Person) or not is_set_up(person):
        return None
    records: list[dict[str, Any]] = get_authentication_records(request, person)
    return max((record["at"] for record in records if record["method"] == METHOD), default=None)
