"""Views of the registration form, of registering with one press, and of the page that confirms a registration."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import known_browsers
from accounts.actions import RepeatedForm
from accounts.links import forget_link_of_others
from accounts.models import FormReceipt, Person
from accounts.throttles import alarm_is_due, client_network
from accounts.time_zones import missing_zone, viewer_zone, zone_for_profile, zone_known_of
from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import KEEP
from echo_portal.lib.http import private, safe_next
from echo_portal.lib.methods import require_http_methods, require_POST
from echo_portal.lib.personal_cookies import forget_person
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from echo_portal.lib.zones import EASTERN, zone_label
from registrations import actions
from registrations.forms import EARLIEST_ALL, RegistrationForm, initial_values
from registrations.links import registration_address
from registrations.presenters import held_options, session_options
from registrations.queries.keys import key_to_fill_in
from registrations.queries.people import active_by_session, covers_later, has_agreed, series_enrolled_in
from registrations.queries.places import sessions_to_choose
from registrations.throttles import FORMS_IN_ALL, TOO_MANY_IN_ALL
from registrations.views.key import check_key_too, error_of, find_typed_key, key_of_other_series, refusal_of_own_key
from registrations.views.sent_here import key_sent_here, remember
from sessions.models import Series, Session
from sessions.queries import province_of_zone, published_series, recommended_before

# The button that signs out a person and keeps the form that was filled in for another address.
SIGN_OUT = "sign_out"


def signed_in_person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def register(
    request: HttpRequest, slug: str, *, credit_line: Callable[[Series], str] = lambda series: ""
) -> HttpResponse:
    """Display and process the registration form (DESIGN.md 6).

    `credit_line` returns a line about the credits of the series, or "".
    """
    series = published_series(slug)
    if series is None:
        raise Http404
    signs_out = request.method == "POST" and SIGN_OUT in request.POST
    if signs_out:
        logout(request)
    person = signed_in_person(request)
    open_sessions = sessions_to_choose(series, timezone.now())
    is_enrolled = series.pk in series_enrolled_in(person, [series])

    def form_with(**values: Any) -> RegistrationForm:
        return RegistrationForm(
            series=series,
            open_sessions=open_sessions,
            person=person,
            zone=zone_known_of(request),
            is_enrolled=is_enrolled,
            **values,
        )

    def page() -> HttpResponse:
        context = _page(request, form, series, open_sessions, person) | {"credit_line": credit_line(series)}
        return render(request, "registrations/register.html", context)

    sent = refused_forms.sent_values(request)
    if signs_out:
        form = form_with(data=sent)
        return forget_person(refused_forms.see_again(request) or private(page()))
    if sent is None:
        form = form_with(initial=_initial(request, person, series))
    elif KEEP in sent:
        form = form_with(initial=form_with(data=sent).typed_values(left=str(sent[KEEP]), language=active_language()))
        return (refused_forms.see_again(request) if request.method == "POST" else None) or private(page())
    else:
        form = form_with(data=sent)
        if request.method == "POST" and form.is_valid():
            answer = _try_to_enroll(request, form, series, person)
            if answer is not None:
                return answer
        elif request.method == "POST" and form.cleaned_data.get("enrollment_key"):
            check_key_too(request, form, series)
    return refused_forms.answer(request, form, page)


def _initial(request: HttpRequest, person: Person | None, series: Series) -> dict[str, Any]:
    wanted = request.GET.get("session", "")
    return initial_values(
        person=person,
        profession=request.GET.get("profession", ""),
        province=province_of_zone(viewer_zone(request)),
        key=_known_key(request, series),
        session_id=row_id(wanted),
    )


def _known_key(request: HttpRequest, series: Series) -> str:
    """Return the key in the URL, else the key that this browser sent last, so that going back keeps it."""
    if not series.needs_key:
        return ""
    return request.GET.get("key", "")[:40] or key_sent_here(request, series)


def _try_to_enroll(
    request: HttpRequest, form: RegistrationForm, series: Series, person: Person | None
) -> HttpResponse | None:
    """Register the person and return the response, or None if this is refused and the form has an error.

    A form that was submitted before gets the same response again.
    """
    details = form.details(known_zone=zone_for_profile(request, form.cleaned_data["province"]))
    try:
        typed = form.cleaned_data.get("enrollment_key", "")
        key = find_typed_key(request, typed, series=series) if form.asks_key else None
        receipt = actions.enroll(
            application=actions.Application(
                form_key=form.cleaned_data["form_key"],
                details=details,
                series=series,
                session_ids=tuple(form.cleaned_data["sessions"]),
                whole_series=form.whole_series,
                typed_key=typed,
                news=form.cleaned_data["news"],
                page_language=active_language(),
                network=client_network(request),
                in_known_browser=known_browsers.is_known(request, details.email),
            ),
            key=key,
            signed_in=person,
        )
    except RepeatedForm as repeated:
        if repeated.same:
            return _done(request, repeated.receipt, details.email)
        return render(request, "registrations/sent_already.html", {"series": series}, status=409)
    except Refusal as refusal:
        if refusal.code == TOO_MANY_IN_ALL and alarm_is_due(TOO_MANY_IN_ALL):
            log.error("registrations.too_many", limit=FORMS_IN_ALL.tries)
        form.add_error(refusal.field if refusal.field in form.fields else None, error_of(refusal))
        return None
    if form.uses_profile:
        sentence = _(
            "You signed in after opening the form, so the details in your profile were used. "
            "Correct them in “My details”."
        )
        messages.info(request, sentence)
    return _done(request, receipt, details.email)


def _done(request: HttpRequest, receipt: FormReceipt, address: str) -> HttpResponse:
    response = redirect("registered", receipt=receipt.public_id)
    remember(request, response, receipt.public_id)
    forget_link_of_others(request, response, address)
    return response


def _page(
    request: HttpRequest,
    form: RegistrationForm,
    series: Series,
    open_sessions: list[Session],
    person: Person | None,
) -> dict[str, Any]:
    zone, language = viewer_zone(request), active_language()
    ids = [row.pk for row in open_sessions]
    chosen = [str(value) for value in form["sessions"].value() or []]
    key = _known_key(request, series)
    key_from_link = key != "" and form.asks_key and form["enrollment_key"].value() == key
    key_refusal = refusal_of_own_key(key, series) if key_from_link and not form.is_bound else ""
    options = session_options(
        open_sessions,
        zone=zone,
        language=language,
        now=timezone.now(),
        mine={} if form.other_address else active_by_session(person, ids),
        chosen={found for value in chosen if (found := row_id(value)) is not None},
    )
    covers = covers_later(person, series)
    held = held_options(series, options, covers_later=covers)
    to_choose = [option for option in options if option not in held]
    checked = [option for option in to_choose if option.checked]
    return {
        "form": form,
        "series": series,
        "person": person,
        "which": form["which"].value() or "all",
        "options": to_choose,
        "held": held,
        # Only an ongoing series has later sessions that the person can still ask for.
        "asks_later": not covers,
        "is_later": form.is_bound and form["which"].value() == EARLIEST_ALL,
        "to_come": len(options),
        # On a phone, the sessions that were not chosen are folded, so that the next fields are near.
        "shown_options": checked or to_choose,
        "more_options": [option for option in to_choose if not option.checked] if checked else [],
        "zone_label": zone_label(zone or EASTERN, language),
        "recommended": recommended_before(series),
        "session_total": series.session_total,  # type: ignore[attr-defined]
        "key_from_link": key_from_link and not key_refusal and not form.has_error("enrollment_key"),
        "key_refusal": key_refusal,
        "elsewhere": key_of_other_series(form),
        "is_fresh": refused_forms.sent_values(request) is None,
        "form_to_keep": "registration",
        "zone": zone or "",
    }


@require_POST
def register_at_once(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Register a person who is signed in, agreed to the current policy and has a time zone; else display the form."""
    row = get_object_or_404(Session.objects.public().select_related("series__hub"), public_id=session)
    key = key_to_fill_in([row.series], timezone.now()).get(row.series_id, "")
    form_page = registration_address(row.series.slug, session=row.pk, key=key)
    person = signed_in_person(request)
    needs_key = row.series.needs_key and not series_enrolled_in(person, [row.series])
    if person is None or needs_key or not has_agreed(person):
        return HttpResponseRedirect(form_page)
    zone = missing_zone(request, person)
    if zone is None:
        messages.info(request, _("Choose your community’s time zone first: your emails contain your own time."))
        return HttpResponseRedirect(form_page)
    try:
        receipt = actions.enroll(
            application=actions.single_session(person=person, session=row, zone=zone, page_language=active_language()),
            key=None,
            signed_in=person,
        )
        messages.success(request, _registered_sentence(person, row, is_new=not receipt.answer["unchanged"]))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    back = safe_next(request, request.POST.get("next", ""))
    return HttpResponseRedirect(back or reverse("series", kwargs={"slug": row.series.slug}))


def _registered_sentence(person: Person, session: Session, *, is_new: bool) -> str:
    """Return the success message with the stored state.

    The form's page must not reveal that state, but here the person is signed in.
    """
    active = active_by_session(person, [session.pk]).get(session.pk)
    if active is not None and active.waiting_number is not None:
        sentence = _("You are on the waiting list of “%(session)s”. You can change that in My sessions.")
    elif is_new:
        sentence = _("You’re registered for “%(session)s”. You can cancel it in My sessions.")
    else:
        sentence = _("You were already registered for “%(session)s”. You can cancel it in My sessions.")
    return sentence % {"session": session.title}


def calendar_response(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Robots-Tag"] = "noindex"
    return response
