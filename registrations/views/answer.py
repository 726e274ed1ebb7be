"""The page on which a person whom a coordinator registered says whether they take part (ADR 27)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.time_zones import zone_shown_to
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from registrations import actions
from registrations.models import Addition
from registrations.presenters import when_html
from registrations.queries.people import has_open_addition, only_waits, registrations_of
from registrations.queries.places import places_in_line
from registrations.views.own import owner_of


@require_http_methods(["GET", "HEAD", "POST"])
def answer_addition(request: HttpRequest, token: str, addition: uuid.UUID) -> HttpResponse:
    """Display the sessions and two buttons. Only a POST answers, because mail scanners open links."""
    person = owner_of(request, token)
    row = get_object_or_404(Addition.objects.of_person(person).select_related("series__hub"), public_id=addition)
    is_open = has_open_addition(person, row)
    mine = [one for one in registrations_of(person) if one.addition_id == row.pk and one.awaits_answer]
    waits = only_waits(mine, timezone.now())
    if request.method == "POST" and is_open:
        person = actions.use_mailbox(person=person)
        if request.POST.get("answer") == "no":
            actions.decline_addition(addition=row, person=person)
            messages.success(request, _("You’re off the list of “%(series)s”.") % {"series": row.series.title})
        elif request.POST.get("answer") == "yes":
            actions.accept_addition(addition=row, person=person, page_language=active_language())
            said = (
                _("You stay on the waiting list of “%(series)s”.")
                if waits
                else _("You’re registered for “%(series)s”.")
            )
            messages.success(request, said % {"series": row.series.title})
        return private(redirect("my_sessions_link", token=token))
    zone, language = zone_shown_to(person, request), active_language()
    lines = places_in_line(mine)
    context = {
        "addition": row,
        "token": token,
        "is_open": is_open,
        "is_cancelled": not is_open and bool(mine) and all(one.session.is_cancelled for one in mine),
        "waits": waits,
        "rows": [(one, when_html(one.session, zone, language), lines.get(one.pk, 0)) for one in mine],
    }
    return private(render(request, "registrations/answer_addition.html", context))
