"""Registering for a series or a session, and the page that says it is done."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import RepeatedForm
from accounts.clock import chosen_zone, viewer_zone
from accounts.links import absolute_url
from accounts.models import FormReceipt, Person
from accounts.throttles import (
    KEY_FAILURES_PER_ADDRESS,
    KEY_FAILURES_PER_BROWSER,
    REGISTRATIONS_PER_MAILBOX,
    client_address,
)
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import ribbon
from echo_portal.lib.next_address import safe_next
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from registrations import actions, queries, rules
from registrations.forms import RegistrationForm, initial_values
from registrations.rows import session_options, when_line
from sessions import calendar as sessions_calendar
from sessions.models import EnrollmentKey, Series, Session
from sessions.queries import province_of_zone, published_series, recommended_before


def signed_in_person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


@require_http_methods(["GET", "HEAD", "POST"])
def register(
    request: HttpRequest, slug: str, *, credit_line: Callable[[Series], str] = lambda series: ""
) -> HttpResponse:
    """The one page of DESIGN.md 6; `credit_line` says what the series is certified for, where it is."""
    series = published_series(slug)
    if series is None:
        raise Http404
    now = timezone.now()
    person = signed_in_person(request)
    open_sessions = queries.sessions_to_choose(series, now)
    if request.method == "POST":
        form = RegistrationForm(request.POST, series=series, open_sessions=open_sessions, person=person)
        if form.is_valid():
            answer = _try_to_enroll(request, form, series, person)
            if answer is not None:
                return answer
        elif series.needs_key and form.cleaned_data.get("enrollment_key"):
            _check_key_beside(request, form, series)
    else:
        form = RegistrationForm(
            initial=_initial(request, person, series),
            series=series,
            open_sessions=open_sessions,
            person=person,
        )
    context = _page(request, form, series, open_sessions, person) | {"credit_line": credit_line(series)}
    return render(request, "registrations/register.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, person: Person | None, series: Series) -> dict[str, Any]:
    wanted = request.GET.get("session", "")
    return initial_values(
        person=person,
        profession=request.GET.get("profession", ""),
        province=province_of_zone(viewer_zone(request)),
        key=request.GET.get("key", "")[:40],
        session_id=int(wanted) if wanted.isdecimal() and len(wanted) < 12 else None,
    )


def _try_to_enroll(
    request: HttpRequest, form: RegistrationForm, series: Series, person: Person | None
) -> HttpResponse | None:
    """The answer to a form that took effect (now or before); None when it was refused at a field."""
    details = form.details(time_zone=chosen_zone(request) or "")
    try:
        if not REGISTRATIONS_PER_MAILBOX.reserve(email_key(details.email)):
            raise Refusal(_("Many forms came for this address. Wait an hour, then send it again."), code="too-many")
        key = _key_for(request, form, series)
        receipt = actions.enroll(
            application=actions.Application(
                form_key=form.cleaned_data["form_key"],
                details=details,
                series=series,
                session_ids=tuple(form.cleaned_data["sessions"]),
                whole_series=form.whole_series,
                typed_key=form.cleaned_data.get("enrollment_key", ""),
                news=form.cleaned_data["news"],
                page_language=active_language(),
            ),
            key=key,
            signed_in=person,
        )
    except RepeatedForm as repeated:
        if repeated.same:
            return redirect("registered", receipt=repeated.receipt.public_id)
        return render(request, "registrations/sent_already.html", {"series": series}, status=409)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None
    return redirect("registered", receipt=receipt.public_id)


def _check_key_beside(request: HttpRequest, form: RegistrationForm, series: Series) -> None:
    """All that is wrong is said in one round: the key, too, while other answers are still missing."""
    try:
        key = _key_for(request, form, series)
        rules.check_key(key, series=series, uses=0, now=timezone.now())
    except Refusal as refusal:
        form.add_error("enrollment_key", refusal.sentence)


def _key_for(request: HttpRequest, form: RegistrationForm, series: Series) -> EnrollmentKey | None:
    """The key that was typed. Wrong ones are counted, right ones are not, so that a whole care home gets in."""
    if not series.needs_key:
        return None
    person = signed_in_person(request)
    counters = [(KEY_FAILURES_PER_ADDRESS, client_address(request))]
    if person is not None:
        counters.append((KEY_FAILURES_PER_BROWSER, str(person.pk)))
    within = [limit.reserve(subject) for limit, subject in counters]  # every counter counts, also after a full one
    if not all(within):
        raise Refusal(
            _("Too many wrong keys were typed from here. Wait an hour, or open the link you were sent."),
            code="key-throttled",
            field="enrollment_key",
        )
    key = rules.find_key(form.cleaned_data["enrollment_key"])
    if key is not None:
        for limit, subject in counters:
            limit.give_back(subject)
    return key


def _page(
    request: HttpRequest,
    form: RegistrationForm,
    series: Series,
    open_sessions: list[Session],
    person: Person | None,
) -> dict[str, Any]:
    zone, language = viewer_zone(request), active_language()
    ids = [row.pk for row in open_sessions]
    chosen = form["sessions"].value() or []
    return {
        "form": form,
        "series": series,
        "person": person,
        "which": form["which"].value() or "all",
        "options": session_options(
            open_sessions,
            zone=zone,
            language=language,
            mine=queries.standing_by_session(person, ids),
            chosen={int(value) for value in chosen if str(value).isdecimal()},
        ),
        "recommended": recommended_before(series),
        "session_total": series.session_total,  # type: ignore[attr-defined]
        "key_from_link": bool(request.GET.get("key")),
    }


@require_safe
def registered(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """What a form answered. The same for a known and for a new address: it says what was sent, not what stands."""
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="enroll")
    answer = stored.answer
    series = get_object_or_404(Series.objects.select_related("hub"), pk=answer["series"])
    sessions = list(Session.objects.filter(pk__in=answer["sessions"]).select_related("series").in_order_of_time())
    zone, language = viewer_zone(request), active_language()
    first = next((row for row in sessions if row.starts_at is not None), None)
    context = {
        "receipt": stored,
        "series": series,
        "address": answer["address"],
        "sessions": [
            {"session": row, "when": when_line(row, zone, language), "full": row.pk in answer["full"]}
            for row in sessions
        ],
        "first": first,
        "first_when": when_line(first, zone, language) if first else "",
        "ribbon": ribbon(first.starts_at, zone, language) if first and first.starts_at else [],
        "has_calendar": first is not None,
        "share_url": absolute_url("series", language, slug=series.slug),
        "recommended": list(series.recommended_first.published()),
    }
    response = render(request, "registrations/registered.html", context)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def registered_calendar(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """The chosen sessions as one file, without join links: nobody has proved the mailbox yet."""
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="enroll")
    sessions = Session.objects.filter(pk__in=stored.answer["sessions"]).select_related("series__hub").in_order_of_time()
    entries = [sessions_calendar.public_entry(session, active_language()) for session in sessions]
    return calendar_response(sessions_calendar.calendar(entries, method="PUBLISH"), _("sessions.ics"))


@require_POST
def register_at_once(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """One press for somebody who is signed in and has agreed to the policy in force; else the form."""
    row = get_object_or_404(Session.objects.public().select_related("series__hub"), public_id=session)
    form_page = f"{reverse('register', kwargs={'slug': row.series.slug})}?session={row.pk}"
    person = signed_in_person(request)
    if person is None or row.series.needs_key or not queries.has_agreed(person):
        return HttpResponseRedirect(form_page)
    try:
        actions.enroll(
            application=actions.single_session(person=person, session=row, page_language=active_language()),
            key=None,
            signed_in=person,
        )
        messages.success(request, _pressed_sentence(person, row))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    back = safe_next(request, request.POST.get("next", ""))
    return HttpResponseRedirect(back or reverse("series", kwargs={"slug": row.series.slug}))


def _pressed_sentence(person: Person, session: Session) -> str:
    """A signed-in person sees the true state."""
    standing = queries.standing_by_session(person, [session.pk]).get(session.pk)
    if standing is not None and standing.waiting_number is not None:
        sentence = _("You are on the waiting list of “%(session)s”. You can change that in My sessions.")
    else:
        sentence = _("You’re registered for “%(session)s”. You can cancel it in My sessions.")
    return sentence % {"session": session.title}


def calendar_response(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Robots-Tag"] = "noindex"
    return response
