"""Typed keys: the page "I have a key", and the check while the form is filled in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.throttles import KEY_FAILURES_PER_ADDRESS, KEY_FAILURES_PER_BROWSER, client_address
from echo_portal.lib.refusals import Refusal
from registrations import rules
from registrations.forms import KeyForm
from registrations.queries.keys import find_key, uses_of
from sessions.models import EnrollmentKey, Series
from sessions.queries import published_series


@require_http_methods(["GET", "HEAD", "POST"])
def have_key(request: HttpRequest) -> HttpResponse:
    """Find the series of a key, and redirect to its form with the key filled in (PRODUCT.md 2)."""
    form = KeyForm(request.POST or None, initial={"enrollment_key": request.GET.get("key", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(form_address(check_typed_key(request, form.typed)), status=303)
        except Refusal as refusal:
            form.add_error("enrollment_key", refusal.sentence)
    response = render(request, "registrations/have_key.html", {"form": form}, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def check_key(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the text beside the key field, requested when the field is left; none if it is empty."""
    series = published_series(slug)
    if series is None or not series.needs_key:
        raise Http404
    form = KeyForm(request.POST)
    context: dict[str, Any] = {"form": form, "series": series}
    if form.is_valid():
        try:
            context["right"] = check_typed_key(request, form.typed, series=series).series
        except Refusal as refusal:
            context["elsewhere"] = key_of_other_series(refusal, form.typed)
            form.add_error("enrollment_key", refusal.sentence)
    return render(request, "registrations/key_checked.html", context)


def check_typed_key(request: HttpRequest, typed: str, *, series: Series | None = None) -> EnrollmentKey:
    """Return the typed key if it is valid now (and for this series). Raises a Refusal with the reason."""
    key = find_typed_key(request, typed)
    return rules.check_key(key, series=series, uses=uses_of(key), now=timezone.now())


def find_typed_key(request: HttpRequest, typed: str) -> EnrollmentKey | None:
    """Return the key that matches, or None. Raises Refusal after too many wrong ones.

    Only wrong keys count towards the limits, so that many people of one organisation can register.
    """
    counters = [(KEY_FAILURES_PER_ADDRESS, client_address(request))]
    if isinstance(request.user, Person):
        counters.append((KEY_FAILURES_PER_BROWSER, str(request.user.pk)))
    # every counter is incremented, even after one that is full
    within = [limit.reserve(subject) for limit, subject in counters]
    if not all(within):
        raise Refusal(
            _("Too many wrong keys were typed from here. Wait an hour, or open the link you were sent."),
            code="key-throttled",
            field="enrollment_key",
        )
    key = find_key(typed)
    if key is not None:
        for limit, subject in counters:
            limit.give_back(subject)
    return key


def key_of_other_series(refusal: Refusal, typed: str) -> EnrollmentKey | None:
    """Return the key if it was refused because it opens another series, to which the page then links."""
    return find_key(typed) if refusal.code == "key-other-series" else None


def form_address(key: EnrollmentKey) -> str:
    """Return the URL of the form of the key's series, with the key filled in."""
    return f"{reverse('register', kwargs={'slug': key.series.slug})}?{urlencode({'key': key.text})}"
