"""Views of "My sessions", for people who are signed in or have opened the signed link of an email."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.left_links import was_left
from accounts.links import FEED, MANAGE, LeftLinkError, keep_link, kept_link, owner_of_link, token_for
from accounts.models import Person
from accounts.time_zones import zone_shown_to
from accounts.vocabularies import Language
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private, with_validators
from echo_portal.lib.methods import require_http_methods, require_POST, require_safe
from echo_portal.lib.refusals import Refusal
from registrations import actions, calendar
from registrations.actions.giving_back import entry_of
from registrations.models import Registration
from registrations.presenters import OwnAddresses, own_row, when_html
from registrations.queries.people import (
    active_enrollments,
    clashes,
    enrollment_of,
    equivalent_registrations,
    only_waits,
    registrations_for_feed,
    registrations_of,
    unanswered_additions,
)
from registrations.queries.places import NONE_TAKEN, other_dates, places_in_line, places_taken
from registrations.rules import waiting_list_moves
from registrations.views.given_back import place_given_back, places_given_back
from registrations.views.register import calendar_response
from sessions.models import Series, Session, SessionRole


@dataclasses.dataclass(frozen=True)
class FromHigherApps:
    """Functions of higher apps that return what "My sessions" displays besides registrations.

    `credits_of` takes a person and the IDs of their past sessions. `resources_of` returns what can be opened of past
    sessions, and `evaluations_of` the addresses of open evaluations that the person has not answered, by session ID.
    The links of `resources_of` expire if its third argument, whether the person is signed in, is false. `news_of`
    returns the path of the page where the person changes or stops their news, or "" if they get none.
    """

    credits_of: Callable[[Person, list[int]], Any]
    resources_of: Callable[[Person, list[Registration], bool], dict[int, Any]]
    evaluations_of: Callable[[Person, list[int]], dict[int, str]]
    news_of: Callable[[Person], str]


@require_safe
def my_sessions(request: HttpRequest, *, others: FromHigherApps) -> HttpResponse:
    """Display the sessions of the signed-in person, or redirect to the email's link that was opened last."""
    if isinstance(request.user, Person):
        return _page(request, request.user, others)
    if token := kept_link(request):
        return private(redirect("my_sessions_link", token=token))
    return redirect_to_login(request.get_full_path())


@require_safe
def my_sessions_link(request: HttpRequest, token: str, *, others: FromHigherApps) -> HttpResponse:
    return keep_link(_page(request, owner_of(request, token), others), token)


def owner_of(request: HttpRequest, token: str) -> Person:
    """Return the person of a link in an email. Raises Http404 or RevokedLinkError as `owner_of_link` does.

    Raises LeftLinkError if these pages were left in this browser, unless their owner is signed in. Only a POST proves
    the mailbox (`use_mailbox`), because mail scanners open links.
    """
    person = owner_of_link(token, MANAGE)
    if request.user != person and was_left(request, token):
        raise LeftLinkError(token)
    return person


def _page(request: HttpRequest, person: Person, others: FromHigherApps) -> HttpResponse:
    """Display a person's sessions and, only if they are signed in, their credits (PRODUCT.md 1)."""
    now, language = timezone.now(), active_language()
    is_other = isinstance(request.user, Person) and request.user != person
    zone = zone_shown_to(person, request)
    mine = registrations_of(person)
    places = places_in_line(mine)
    taken = places_taken(row.session for row in mine if row.pk in places and not waiting_list_moves(row.session, now))
    token = token_for(person, MANAGE)
    addresses = OwnAddresses(token)
    rows = [
        own_row(
            row,
            zone=zone,
            language=language,
            now=now,
            waiting_place=places.get(row.pk, 0),
            places_taken=taken.get(row.session_id, NONE_TAKEN).registered,
            addresses=addresses,
            is_proved=person.is_proved,
        )
        for row in mine
    ]
    enrollments = active_enrollments(person)
    to_come = [row for row in rows if not row.registration.session.is_over(now)]
    live = next((row for row in to_come if row.room_open), None)
    of = {row.registration.pk: row for row in to_come}
    past = [row for row in reversed(rows) if row.registration.session.is_over(now)]
    ids = [row.registration.session_id for row in past]
    credits = others.credits_of(person, ids) if request.user == person else None
    evaluations = others.evaluations_of(person, ids)
    known = credits.by_session if credits else {}
    resources = others.resources_of(person, [row.registration for row in past], request.user == person)
    context: dict[str, Any] = {
        "owner": person,
        "is_other": is_other,
        "news_url": "" if is_other else others.news_of(person),
        "token": token,
        "live": live,
        "to_come": [row for row in to_come if row is not live],
        "past": [
            (row, known.get(pk), resources.get(pk), evaluations.get(pk, "")) for row, pk in zip(past, ids, strict=True)
        ],
        "credits": credits,
        "clashes": [(of[one.pk], of[other.pk]) for one, other in clashes([row.registration for row in to_come])],
        "same_content": equivalent_registrations([row.registration for row in to_come]),
        "enrollments": enrollments,
        "given_back": places_given_back(person, mine, enrollments, zone),
        "leads": request.user == person and SessionRole.objects.open_to(person, now).exists(),
        "contact": settings.OPERATOR_EMAIL,
        "unanswered": unanswered_additions(mine),
        "only_waits": only_waits(mine, now),
        "mail_stopped": any(row.is_suppressed for row in mine),  # type: ignore[attr-defined]
        "viewer_zone": zone or "",
        "languages": Language.choices,
    }
    return private(render(request, "registrations/my_sessions.html", context))


def _own_registration(person: Person, registration: uuid.UUID) -> Registration:
    return get_object_or_404(
        Registration.objects.select_related("session__series__hub", "person"),
        public_id=registration,
        person=person,
    )


@require_POST
def claim_place(request: HttpRequest, token: str, registration: uuid.UUID) -> HttpResponse:
    """Give a free place to a person on the waiting list who presses the button (PRODUCT.md 3)."""
    person = owner_of(request, token)
    row = _own_registration(person, registration)
    actions.use_mailbox(person=person)
    try:
        actions.claim_place(registration=row, by=person)
        messages.success(request, _("You’re registered for “%(session)s”.") % {"session": row.session.title})
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return private(redirect("my_sessions_link", token=token))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Display a button, whose POST proves the mailbox. A GET does not, because mail scanners open links."""
    person = owner_of(request, token)
    waits = only_waits(registrations_of(person), timezone.now())
    if request.method == "POST":
        actions.use_mailbox(person=person)
        confirmed = _("Your address is confirmed. We remind you of each of your sessions.")
        messages.success(request, _("Your address is confirmed.") if waits else confirmed)
        return private(redirect("my_sessions_link", token=token))
    context = {"owner": person, "token": token, "only_waits": waits}
    return private(render(request, "registrations/confirm_address.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def leave_session(request: HttpRequest, token: str, registration: uuid.UUID) -> HttpResponse:
    """Display the consequences and a button, whose POST gives up the place (DESIGN.md 7)."""
    person = owner_of(request, token)
    row = _own_registration(person, registration)
    if request.method == "POST":
        actions.use_mailbox(person=person)
        try:
            waited = row.state == Registration.State.WAITING
            left = actions.leave_session(registration=row, by=person)
            messages.success(request, _left_message(person, left, request, waited=waited))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return private(redirect("my_sessions_link", token=token))
    zone = zone_shown_to(person, request)
    context = {
        "row": row,
        "token": token,
        "when": when_html(row.session, zone, active_language()),
        "gone": row.state == Registration.State.CANCELLED,
        "waits": row.state == Registration.State.WAITING,
        "list_moves": waiting_list_moves(row.session, timezone.now()),
        "entry": "" if row.awaits_answer or row.session.starts_at is None else entry_of(row),
        "is_waited_for": places_taken([row.session]).get(row.session_id, NONE_TAKEN).waiting > 0,
        "again": place_given_back(person, row, zone),
        "needs_key_then": _needs_key_then(person, row),
    }
    return private(render(request, "registrations/leave_session.html", context))


def _needs_key_then(person: Person, row: Registration) -> bool:
    """Return whether giving up this place ends the enrollment, so that coming back needs a key of the series."""
    if not row.session.series.needs_key:
        return False
    enrollment = enrollment_of(person, row.session.series_id)
    others = Registration.objects.active().filter(enrollment=enrollment).exclude(pk=row.pk)
    return enrollment is None or not (enrollment.covers_later_sessions or others.exists())


def _left_message(person: Person, row: Registration, request: HttpRequest, *, waited: bool) -> str:
    """Return the sentence and, if the person can come back, a link to the page with the button for that."""
    sentence = _left_sentence(row.session, waited=waited)
    again = place_given_back(person, row, zone_shown_to(person, request))
    if again is None:
        return sentence
    label = _("Join the waiting list") if again["full"] else _("Join again")
    address = reverse("leave_session", kwargs={"token": token_for(person, MANAGE), "registration": row.public_id})
    return format_html('{} <a href="{}">{}</a>', sentence, address, label)


def _left_sentence(session: Session, *, waited: bool) -> str:
    if waited:
        return _("You left the waiting list of “%(session)s”.") % {"session": session.title}
    return _("You’ve cancelled your place in “%(session)s”.") % {"session": session.title}


@require_POST
def return_to_session(request: HttpRequest, token: str, registration: uuid.UUID) -> HttpResponse:
    """Register the person again for a session in which they gave up their place."""
    person = owner_of(request, token)
    row = _own_registration(person, registration)
    actions.use_mailbox(person=person)
    try:
        back = actions.return_to_session(registration=row, by=person)
        if back.state == Registration.State.WAITING:
            sentence = _("“%(session)s” is full: you are on the waiting list.")
        else:
            sentence = _("You’re registered for “%(session)s”.")
        messages.success(request, sentence % {"session": row.session.title})
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return private(redirect("my_sessions_link", token=token))


@require_http_methods(["GET", "HEAD", "POST"])
def leave_series(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    person = owner_of(request, token)
    series = get_object_or_404(Series, slug=slug, enrollments__person=person)
    if request.method == "POST":
        actions.use_mailbox(person=person)
        rows = actions.leave_series(person=person, series=series, by=person)
        open_rows = [row for row in rows if not row.session.is_cancelled]
        messages.success(request, _left_series_sentence(series, open_rows))
        return private(redirect("my_sessions_link", token=token))
    to_come = [
        row
        for row in registrations_of(person)
        if row.session.series_id == series.pk
        and not row.session.is_cancelled
        and not row.session.is_over(timezone.now())
    ]
    gone = not to_come and enrollment_of(person, series.pk) is None
    waiting = sum(row.state == Registration.State.WAITING for row in to_come)
    context = {"series": series, "token": token, "count": len(to_come), "waiting": waiting, "gone": gone}
    context["places"] = len(to_come) - waiting
    return private(render(request, "registrations/leave_series.html", context))


def _left_series_sentence(series: Series, rows: list[Registration]) -> str:
    lists = sum(row.was_waiting for row in rows)
    if not rows:
        sentence = _("You’ve left “%(series)s”.")
    elif not lists:
        sentence = _("You’ve left “%(series)s”. Places cancelled: %(places)d.")
    elif lists == len(rows):
        sentence = _("You’ve left “%(series)s”. Waiting lists left: %(lists)d.")
    else:
        sentence = _("You’ve left “%(series)s”. Places cancelled: %(places)d. Waiting lists left: %(lists)d.")
    return sentence % {"series": series.title, "places": len(rows) - lists, "lists": lists}


@require_http_methods(["GET", "HEAD", "POST"])
def swap_session(request: HttpRequest, token: str, registration: uuid.UUID) -> HttpResponse:
    """Display the other dates with the same content, each with a button whose POST exchanges the place."""
    person = owner_of(request, token)
    row = _own_registration(person, registration)
    others = other_dates(row, timezone.now())
    if request.method == "POST":
        wanted = get_object_or_404(
            Session.objects.public().select_related("series"), public_id=_uuid(request.POST.get("to", ""))
        )
        actions.use_mailbox(person=person)
        try:
            changed = actions.swap_session(registration=row, to_session=wanted, by=person)
            messages.success(request, _swap_sentence(changed))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return private(redirect("my_sessions_link", token=token))
    zone, language = zone_shown_to(person, request), active_language()
    taken = places_taken(others)
    context = {
        "row": row,
        "token": token,
        "when": when_html(row.session, zone, language),
        "gone": row.state == Registration.State.CANCELLED,
        "others": [
            {
                "session": other,
                "when": when_html(other, zone, language),
                "full": other.is_full(taken.get(other.pk, NONE_TAKEN).registered),
            }
            for other in others
        ],
    }
    return private(render(request, "registrations/swap_session.html", context))


def _swap_sentence(changed: Registration) -> str:
    if changed.state == Registration.State.WAITING:
        return _("You are on the waiting list of “%(session)s”.") % {"session": changed.session.title}
    return _("You changed to the other date of “%(session)s”.") % {"session": changed.session.title}


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


@require_POST
def change_language(request: HttpRequest, token: str) -> HttpResponse:
    """Set the language of this person's emails."""
    person = owner_of(request, token)
    wanted = request.POST.get("language", "")
    if wanted not in Language.values:
        messages.error(request, _("Choose English or French."))
        return private(redirect("my_sessions_link", token=token))
    actions.use_mailbox(person=person)
    actions.change_profile(person=person, by=person, values={"language": wanted})
    with translation.override(wanted):
        messages.success(request, _("Your emails come in English from now on."))
        return private(redirect("my_sessions_link", token=token))


@require_safe
def own_calendar(request: HttpRequest, token: str, registration: uuid.UUID) -> HttpResponse:
    """Return one session as a calendar file, with the person's joining link."""
    row = _own_registration(owner_of(request, token), registration)
    return private(calendar_response(calendar.file_of([row], active_language()), _("session.ics")))


@require_safe
def subscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Display how to subscribe to the private feed, which then keeps the person's calendar up to date."""
    person = owner_of(request, token)
    address = calendar.feed_url(person, active_language())
    context = {"token": token, "feed_url": address, "webcal_url": f"webcal:{address.partition(':')[2]}"}
    return private(render(request, "registrations/subscribe.html", context))


@require_POST
def send_invitations(request: HttpRequest, token: str) -> HttpResponse:
    """Write one email per session, each with an invitation (RFC 5546: one session per REQUEST)."""
    person = actions.use_mailbox(person=owner_of(request, token))
    count = actions.send_invitations(person=person, by=person)
    sentence = ngettext(
        "One invitation is on its way to your mailbox.",
        "%(count)d invitations are on their way to your mailbox.",
        count,
    )
    messages.success(request, sentence % {"count": count} if count else _("Every session has its invitation already."))
    return private(redirect("subscribe", token=token))


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return the private calendar feed. Its token is revoked together with the links in emails."""
    person = owner_of_link(token, FEED)
    rows = registrations_for_feed(person, timezone.now())
    response = private(HttpResponse(calendar.feed_of(person, rows), content_type="text/calendar; charset=utf-8"))
    response["Cache-Control"] = "private, no-cache"  # calendars keep a copy, and check whether it has changed
    return with_validators(request, response, (max(row.changed_at, row.session.last_modified_at) for row in rows))
