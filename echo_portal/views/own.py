"""The page "my sessions": a person's registrations, with their attendance and credits."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Person
from credits.own_credits import OwnCredits, own_credits
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.methods import require_safe
from registrations.views import own


def my_sessions(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = own.my_sessions(request, credits_of=_credits_of)
    return response


def my_sessions_link(request: HttpRequest, token: str) -> HttpResponse:
    response: HttpResponse = own.my_sessions_link(request, token, credits_of=_credits_of)
    return response


@require_safe
@login_required
def my_credits(request: HttpRequest) -> HttpResponse:
    """Require sign-in, then redirect to "my sessions", which displays credits to signed-in people only."""
    return redirect("my_sessions")


def _credits_of(person: Person, past_sessions: list[int]) -> OwnCredits:
    return own_credits(person, past_sessions, active_language())
