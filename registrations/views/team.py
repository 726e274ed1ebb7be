"""Pages for inviting colleagues to a series, and for answering such an invitation by its link (ADR 38)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.actions import RepeatedForm
from accounts.links import MANAGE, token_for
from accounts.models import FormReceipt, Person
from accounts.signed_in_forms import signed_in_form
from accounts.throttles import client_network
from accounts.time_zones import viewer_zone
from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods, require_safe
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.zones import EASTERN, zone_label
from registrations import actions
from registrations.links import invitation_of_link
from registrations.presenters import short_when, when_html
from registrations.queries.places import sessions_to_choose
from registrations.rules import is_session_open
from registrations.team_forms import InviteTeamForm, initial_values
from registrations.views.key import find_typed_key
from registrations.views.register import signed_in_person
from sessions.models import Series
from sessions.queries import published_series

OPTION = '<span><span lang="{}">{}</span><br>{}</span>'


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_form
def register_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Display and process the form of a person who is signed in."""
    series, person = published_series(slug), signed_in_person(request)
    if series is None or person is None:
        raise Http404
    zone, language = viewer_zone(request), active_language()
    open_sessions = sessions_to_choose(series, timezone.now())
    options = [
        (one, format_html(OPTION, *reversed(one.title_in(language)), short_when(one, zone, language)))
        for one in open_sessions
    ]
    initial = initial_values(open_sessions, key=request.GET.get("key", "")[:40], choose_one=series.choose_one)
    form = InviteTeamForm(
        refused_forms.sent_values(request), series=series, options=options, lead=person, initial=initial
    )

    def page() -> HttpResponse:
        context = {"form": form, "series": series, "person": person, "can_choose": bool(options) or series.ongoing}
        context["zone_label"] = zone_label(zone or EASTERN, language)
        return private(render(request, "registrations/register_team.html", context))

    if request.method == "POST" and form.is_valid():
        answer = _try_to_invite(request, form, series, person)
        if answer is not None:
            return answer
    return refused_forms.answer(request, form, page)


def _try_to_invite(request: HttpRequest, form: InviteTeamForm, series: Series, person: Person) -> HttpResponse | None:
    """Return the response if the form was processed, now or earlier. Return None if it was refused."""
    values = form.cleaned_data
    team = actions.TeamForm(
        form_key=values["form_key"],
        series=series,
        session_ids=tuple(values["sessions"]),
        whole_series=form.whole_series,
        colleagues=tuple(form.colleagues),
        network=client_network(request),
        lead_name=values.get("lead_name", ""),
    )
    try:
        key = find_typed_key(request, values["enrollment_key"], series=series) if series.needs_key else None
        receipt = actions.invite_team(form=team, key=key, lead=person)
    except RepeatedForm as repeated:
        if not repeated.same:
            return private(render(request, "registrations/sent_already.html", {"series": series}, status=409))
        receipt = repeated.receipt
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None
    return redirect("team_invited", receipt=receipt.public_id)


@require_safe
@login_required
def team_invited(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """Display how many colleagues were entered. The page is the same whatever the portal knows about them."""
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="team")
    series = get_object_or_404(Series, pk=stored.answer["series"])
    context = {"series": series, "count": stored.answer["people"]}
    return private(render(request, "registrations/team_invited.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_team(request: HttpRequest, token: str) -> HttpResponse:
    """Display the invitation with its two buttons. Only a POST answers, because mail scanners open links."""
    row, now = invitation_of_link(token), timezone.now()
    is_open = row.answered_at is None and row.expires_at > now
    fault, said_no = "", False
    if request.method == "POST" and is_open and request.POST.get("answer") == "yes":
        try:
            person = actions.accept_invitation(invitation=row, page_language=active_language())
        except Refusal as refusal:
            fault = refusal.sentence
        else:
            messages.success(request, _("You’re registered for “%(series)s”.") % {"series": row.series.title})
            return private(redirect("my_sessions_link", token=token_for(person, MANAGE)))
    elif request.method == "POST" and is_open and request.POST.get("answer") == "no":
        actions.decline_invitation(invitation=row)
        is_open, said_no = False, True
    zone, language = viewer_zone(request), active_language()
    sessions = [one for one in row.sessions.select_related("series").in_order_of_time() if is_session_open(one, now)]
    context = {
        "invitation": row,
        "rows": [(one, when_html(one, zone, language)) for one in sessions],
        "is_open": is_open,
        "said_no": said_no,
        "fault": fault,
        "viewer_zone": zone or "",
    }
    return private(render(request, "registrations/answer_team.html", context, status=422 if fault else 200))
