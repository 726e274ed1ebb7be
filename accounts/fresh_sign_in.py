"""Require that the person signed in a short time ago, for pages with all data about them (PRODUCT.md 1)."""

import functools
import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import second_factor
from accounts.models import Person
from echo_portal.lib.http import private

FRESH_SECONDS = 15 * 60


type View = Callable[[HttpRequest, Person], HttpResponse]


def fresh_sign_in_required(*, back: str) -> Callable[[View], Callable[[HttpRequest], HttpResponse]]:
    """Return a decorator that limits a view to browser sessions with a recent sign-in.

    Others get a page that offers to sign in again, and then come to the page with the name `back`. People with an
    authenticator app are asked for its code. The view gets the person as its second argument.
    """

    def limit(view: View) -> Callable[[HttpRequest], HttpResponse]:
        @login_required
        @functools.wraps(view)
        def checked(request: HttpRequest) -> HttpResponse:
            person = request.user
            assert isinstance(person, Person)
            if second_factor.is_set_up(person):
                return second_factor.ask_unless_recent(request, reverse(back)) or view(request, person)
            if _is_fresh(request, person):
                return view(request, person)
            return private(render(request, "accounts/sign_in_again.html", {"next": reverse(back)}))

        return checked

    return limit


def _is_fresh(request: HttpRequest, person: Person) -> bool:
    signed_in_at = max((record["at"] for record in get_authentication_records(request, person)), default=0)
    return bool(time.time() - signed_in_at < FRESH_SECONDS)
