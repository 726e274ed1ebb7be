"""A decorator for pages of Pallium staff outside the administration."""

import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.models import Person
from echo_portal.lib.http import private

type View = Callable[..., HttpResponseBase]
# Returns the response that asks for the second factor, or None. Its second argument is the page to come back to.
type AskFactor = Callable[[HttpRequest, str], HttpResponseBase | None]


def staff_only(ask: AskFactor, *, back: str) -> Callable[[View], View]:
    """Return a decorator that limits a view to Pallium staff who passed the second factor, as `ask` requires.

    The view gets the person as its second argument. `back` is the name of the page to which the person comes back after
    the second factor. The view raises Http404 for others.
    """

    def limit(view: View) -> View:
        @login_required
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            person = request.user
            assert isinstance(person, Person)
            if not person.is_pallium_staff:
                raise Http404
            return private(ask(request, reverse(back)) or view(request, person, *args, **kwargs))

        return checked

    return limit
