"""Pages on which people request to be told when a series gets a date, and confirm or end their request."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import Person
from accounts.throttles import client_network
from echo_portal.lib import refused_forms
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.refusals import Refusal
from proposals.actions import confirm_watch, end_watch, watch_series
from proposals.guest_form import GuestForm
from proposals.links import watch_of_link
from proposals.rules import has_date
from sessions.queries import published_series

SENT = "sent"


@require_http_methods(["GET", "HEAD", "POST"])
def tell_me(request: HttpRequest, slug: str) -> HttpResponse:
    """Display the form, and process it on POST. The response is the same for known and new addresses."""
    series = published_series(slug)
    if series is None:
        raise Http404
    person = request.user if isinstance(request.user, Person) else None
    form = GuestForm(refused_forms.sent_values(request), person=person)
    context = {
        "series": series,
        "form": form,
        "person": person,
        "is_sent": SENT in request.GET,
        "has_date": has_date(series, timezone.now()),
    }

    def page() -> HttpResponse:
        return private(render(request, "proposals/tell_me.html", context))

    if request.method == "POST" and form.is_valid():
        email = person.email if person else form.cleaned_data["email"]
        try:
            watch_series(series=series, email=email, signed_in=person, network=client_network(request))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(f"{request.path}?{SENT}=1")
    return refused_forms.answer(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def date_watch(request: HttpRequest, token: str) -> HttpResponse:
    """Display the request with its button. Only a POST changes anything, because mail scanners open links."""
    row = watch_of_link(token)
    is_ended = False
    if request.method == "POST" and request.POST.get("act") == "confirm":
        row = confirm_watch(watch=row)
    elif request.method == "POST" and request.POST.get("act") == "end":
        end_watch(watch=row)
        is_ended = True
    return private(render(request, "proposals/date_watch.html", {"watch": row, "is_ended": is_ended}))
