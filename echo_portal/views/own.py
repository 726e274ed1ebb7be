"""The page "my sessions": a person's registrations, attendance and credits."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from credits.own_credits import OwnCredits, own_credits
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.methods import require_safe
from echo_portal.views.page_values import Resource
from echo_portal.views.presenters import resources_of
from echo_portal.views.queries import sessions_with_materials
from evaluations.links import evaluation_url
from evaluations.queries.own import own_open_invitations
from news.links import choices_token
from news.queries.subscribers import gets_news
from registrations.links import material_path
from registrations.models import Registration
from registrations.views import own


def my_sessions(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = own.my_sessions(request, others=_others())
    return response


def my_sessions_link(request: HttpRequest, token: str) -> HttpResponse:
    response: HttpResponse = own.my_sessions_link(request, token, others=_others())
    return response


@require_safe
@login_required
def my_credits(request: HttpRequest) -> HttpResponse:
    """Require sign-in, then redirect to "my sessions", which displays credits only to signed-in people."""
    return redirect("my_sessions")


def _credits_of(person: Person, past_sessions: list[int]) -> OwnCredits:
    return own_credits(person, past_sessions, active_language())


def _resources_of(person: Person, past: list[Registration], signed_in: bool) -> dict[int, tuple[Resource, ...]]:
    """Return the materials of past sessions by session ID, each with a link or the reason why there is none.

    This uses one query, or none if there are no past sessions.
    """
    link = None if signed_in else partial(material_path, person=person)
    sessions = sessions_with_materials([row.session_id for row in past])
    return {row.pk: resources_of(row, is_registrant=True, link=link) for row in sessions}


def _evaluations_of(person: Person, past_sessions: list[int]) -> dict[int, str]:
    """Return the addresses of the open evaluations, using one query, or none if there are no past sessions."""
    invitations = own_open_invitations(person, past_sessions, timezone.now()) if past_sessions else {}
    return {pk: evaluation_url(row, active_language()) for pk, row in invitations.items()}


def _news_of(person: Person) -> str:
    return reverse("news_choices", kwargs={"token": choices_token(person)}) if gets_news(person) else ""


def _others() -> own.FromHigherApps:
    return own.FromHigherApps(_credits_of, _resources_of, _evaluations_of, _news_of)
