"""Views for typed enrollment keys: the page "I have a key", and the check while the form is being filled in."""

from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.throttles import (
    KEY_FAILURES_IN_ONE_PLACE,
    KEY_FAILURES_PER_NETWORK,
    KEY_FAILURES_PER_PERSON,
    SAME_WRONG_KEY,
    Limit,
    client_network,
)
from echo_portal.lib import refused_forms
from echo_portal.lib.methods import require_http_methods, require_POST
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import fold_key, without_label
from registrations import rules
from registrations.forms import KeyForm, RegistrationForm
from registrations.links import registration_address
from registrations.queries.keys import find_key, uses_of
from sessions.models import EnrollmentKey, Series
from sessions.queries import published_series

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def have_key(request: HttpRequest) -> HttpResponse:
    """Find the series of a typed key, and redirect to its form with the key filled in (PRODUCT.md 2)."""
    form = KeyForm(refused_forms.sent_values(request), initial={"enrollment_key": request.GET.get("key", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(form_address(check_typed_key(request, form.typed)), status=303)
        except Refusal as refusal:
            form.add_error("enrollment_key", error_of(refusal))
    response = refused_forms.answer(
        request, form, lambda: render(request, "registrations/have_key.html", {"form": form})
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def check_key(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the text beside the key field. The page requests it when the visitor leaves the field."""
    series = published_series(slug)
    if series is None or not series.needs_key:
        raise Http404
    form = KeyForm(request.POST)
    context: dict[str, Any] = {"form": form, "series": series}
    if form.is_valid():
        key = None
        try:
            key = find_typed_key(request, form.typed, series=series)
            context["right"] = rules.check_key(key, series=series, uses=uses_of(key), now=timezone.now()).series
        except Refusal as refusal:
            form.add_error("enrollment_key", error_of(refusal))
            context["elsewhere"] = key if refusal.code == "key-other-series" else None
    return render(request, "registrations/key_checked.html", context)


def check_typed_key(request: HttpRequest, typed: str, *, series: Series | None = None) -> EnrollmentKey:
    """Return the typed key if it is valid now (and belongs to this series). Raises Refusal with the reason."""
    key = find_typed_key(request, typed, series=series)
    return rules.check_key(key, series=series, uses=uses_of(key), now=timezone.now())


def find_typed_key(request: HttpRequest, typed: str, *, series: Series | None) -> EnrollmentKey | None:
    """Return the key that matches, or None. Raises Refusal for a wrong key after too many wrong ones.

    `series` is that of the form in which the key was typed, or None on the page "I have a key".

    A correct key is never refused because of wrong ones from the same network, because keys are printed in public,
    protect nothing, and many people of an organisation share an IP address. The same wrong key is counted once.
    """
    key = find_key(typed)
    if key is not None:
        return key
    _count_wrong_key(series)
    network, folded = client_network(request), fold_key(without_label(typed))
    subjects: list[tuple[Limit, str]] = [(KEY_FAILURES_PER_NETWORK, network)]
    if isinstance(request.user, Person):
        subjects.append((KEY_FAILURES_PER_PERSON, str(request.user.pk)))
    if SAME_WRONG_KEY.reserve(f"{network} {folded}"):
        within = [limit.reserve(subject) for limit, subject in subjects]
    else:
        within = [limit.has_room(subject) for limit, subject in subjects]
    if not all(within):
        raise Refusal(
            _("Too many wrong keys were typed from here. Wait an hour, or open the link you were sent."),
            code="key-throttled",
            field="enrollment_key",
        )
    return None


def _count_wrong_key(series: Series | None) -> None:
    """Count a wrong key in the form of the series, or on the page "I have a key". Log an error once an hour."""
    place = f"series:{series.pk}" if series is not None else "have-key"
    if KEY_FAILURES_IN_ONE_PLACE.count(place) == KEY_FAILURES_IN_ONE_PLACE.tries:
        log.error("registrations.key_failures", failures=KEY_FAILURES_IN_ONE_PLACE.tries, place=place)


def refusal_of_own_key(typed: str, series: Series) -> str:
    """Return why a key of this series is not valid now, for example a key in an old link, or "".

    Unknown keys and keys of other series result in "": they are refused when the form is submitted. An unknown key
    counts towards the error in the log here, too, but towards no limit.
    """
    key = find_key(typed) if typed else None
    if key is None and typed:
        _count_wrong_key(series)
    if key is None or key.series_id != series.pk:
        return ""
    try:
        rules.check_key(key, series=series, uses=uses_of(key), now=timezone.now())
    except Refusal as refusal:
        return refusal.sentence
    return ""


def error_of(refusal: Refusal) -> ValidationError:
    """Return the refusal as the error of a form, with its code."""
    return ValidationError(refusal.sentence, code=refusal.code)


def key_of_other_series(form: Form) -> EnrollmentKey | None:
    """Return the typed key if it was refused because it belongs to another series, to which the page then links."""
    if "enrollment_key" not in form.fields or not form.has_error("enrollment_key", "key-other-series"):
        return None
    return find_key(str(form["enrollment_key"].value()))


def form_address(key: EnrollmentKey) -> str:
    """Return the URL of the form of the key's series, with the key filled in."""
    return registration_address(key.series.slug, key=key.text)


def check_key_too(request: HttpRequest, form: RegistrationForm, series: Series) -> None:
    """Check the key even if other fields are invalid, so that all errors are displayed at once."""
    typed = form.cleaned_data["enrollment_key"]
    try:
        check_typed_key(request, typed, series=series)
    except Refusal as refusal:
        form.add_error("enrollment_key", error_of(refusal))
