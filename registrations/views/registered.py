"""The page that confirms a registration form, and its calendar file."""

import dataclasses
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links import absolute_url
from accounts.models import FormReceipt, Person
from accounts.time_zones import viewer_zone
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import ribbon
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_safe
from echo_portal.lib.text import masked
from echo_portal.lib.zones import canonical
from echo_portal.outbox.suppressions import has_bounced
from registrations import calendar
from registrations.links import form_join_token
from registrations.models import Registration
from registrations.presenters import hours_kept, list_moves_until, own_moment, when_line
from registrations.queries.places import places_in_line
from registrations.rules import waiting_list_moves
from registrations.views.register import calendar_response, signed_in_person
from registrations.views.sent_here import was_sent_here
from sessions import calendar as sessions_calendar
from sessions.models import Series, Session
from sessions.presenters import spoken_in


@require_safe
def registered(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """Display the page that confirms the form, with the chosen sessions. It is the same for known and new addresses.

    The browser that sent the form sees the whole address, and the times in the same time zone as in the email.
    """
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="enroll")
    answer = stored.answer
    series = get_object_or_404(Series.objects.select_related("hub"), pk=answer["series"])
    sent_here, language, now = was_sent_here(request, receipt), active_language(), timezone.now()
    choice = _choice(request, stored, sent_here=sent_here)
    sessions = list(Session.objects.filter(pk__in=choice.kept).select_related("series").in_order_of_time())
    links = choice.join_tokens()
    zone, waiting = _zone_of_done_page(request, answer, sent_here=sent_here), choice.waiting
    chosen: list[dict[str, Any]] = [
        {
            "session": row,
            "when": when_line(row, zone, language),
            "moment": own_moment(row, zone, language),
            "waiting": waiting.get(row.pk, 0),
            "list_moves": waiting_list_moves(row, now),
            "moves_until": list_moves_until(row, zone, language),
        }
        for row in sessions
    ]
    places = [row for row in sessions if row.pk not in waiting]
    to_hold = [row for row in places if not row.is_cancelled]
    first = next((row for row in to_hold if row.starts_at is not None), None)
    lists = [line for line in chosen if line["waiting"] and not line["session"].is_cancelled]
    context = {
        "receipt": stored,
        "series": series,
        "address": answer["address"] if sent_here else masked(answer["address"]),
        # Signed-in people have proved their address. Do not reveal whether the owner of another address has.
        "hours_kept": hours_kept(to_hold, stored.created_at, now) if answer["address"] else 0,
        "came_back": sent_here and has_bounced(answer["address"]),
        "contact": series.hub.reply_address,
        "sessions": chosen,
        "all_left": bool(answer["sessions"]) and not choice.kept,
        "places": places,
        "to_hold": to_hold,
        "waiting": [line for line in chosen if line["waiting"]],
        "lists": lists,
        "waiting_titles": [line["session"].title for line in lists],
        "unchanged": [row.title for row in places if row.pk in answer.get("unchanged", ())] if sent_here else [],
        "nothing_new": sent_here and answer.get("nothing_new", False),
        "any_list_moves": any(line["list_moves"] for line in lists),
        "first": first,
        "enter_token": links.get(first.pk, "") if first and _can_enter(first) else "",
        "spoken_in": spoken_in(series),
        "file_has_links": bool(links),
        "in_file": sum(row.starts_at is not None for row in to_hold),
        "without_hour": [row.title for row in to_hold if row.starts_at is None],
        "first_moment": own_moment(first, zone, language) if first else None,
        "ribbon": ribbon(first.starts_at, zone, language) if first and first.starts_at else [],
        "share_url": absolute_url("series", language, slug=series.slug),
        "recommended": list(series.recommended_first.published()),
    }
    return private(render(request, "registrations/registered.html", context))


def _can_enter(session: Session) -> bool:
    return session.room_is_open(timezone.now()) and bool(session.join_url)


def _zone_of_done_page(request: HttpRequest, answer: dict[str, Any], *, sent_here: bool) -> str | None:
    """Return the time zone with which the form was sent or, in other browsers, that of the visitor."""
    return (canonical(answer.get("zone", "")) if sent_here else None) or viewer_zone(request)


@require_safe
def registered_calendar(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """Return the sessions with a place, or one of them, as a calendar file.

    It contains joining links only in the browser that sent the form, and for the owner of the address who is signed in.
    """
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="enroll")
    sent_here = was_sent_here(request, receipt)
    choice = _choice(request, stored, sent_here=sent_here)
    places = [pk for pk in choice.kept if pk not in choice.waiting]
    sessions = list(Session.objects.filter(pk__in=places).select_related("series__hub").in_order_of_time())
    if only := request.GET.get("only", ""):
        sessions = [session for session in sessions if str(session.public_id) == only]
    language = active_language()
    links = choice.join_tokens()
    addresses = {pk: absolute_url("join", language, token=token) for pk, token in links.items()}
    entries = [calendar.chosen_entry(session, language, join=addresses.get(session.pk, "")) for session in sessions]
    content = sessions_calendar.calendar(entries, method="PUBLISH")
    return private(calendar_response(content, _("sessions.ics")))


@dataclasses.dataclass(frozen=True)
class _Choice:
    """What remains of the sessions chosen in a form, as far as this browser may know.

    `kept` are the IDs of the sessions, `waiting` are positions on waiting lists (1 is next) by session ID, and `rows`
    are the active registrations. In browsers that may not know them, there are none.
    """

    kept: list[int]
    waiting: dict[int, int]
    rows: list[Registration]

    def join_tokens(self) -> dict[int, str]:
        """Return the token of the joining link of each session, by session ID.

        The tokens have the same format for known and new addresses, and do not reveal when the person registered.
        """
        return {row.session_id: form_join_token(row) for row in self.rows}


def _choice(request: HttpRequest, receipt: FormReceipt, *, sent_here: bool) -> _Choice:
    """Return what remains of the chosen sessions.

    The signed-in person sees the current state. In the browser that sent the form, places that somebody gave back are
    left out, and a person who came back may be on a waiting list. Its page must not reveal whether the address was
    registered before. So it ignores places that became free because the address was not proved, whose time depends on
    the first form, and keeps the positions that the form returned. Other browsers see what the form returned.
    """
    chosen = list(receipt.answer["sessions"])
    told = {int(pk): place for pk, place in receipt.answer.get("waiting", {}).items()}
    person, is_owner = _person_of_form(request, receipt.answer["address"], sent_here=sent_here)
    if person is None:
        return _Choice(chosen, told, [])
    rows = list(Registration.objects.filter(person=person, session__in=chosen))
    active = [row for row in rows if row.state != Registration.State.CANCELLED]
    left = {row.session_id for row in rows if row not in active and (is_owner or row.cancelled_by_id is not None)}
    lines = places_in_line(active)
    waiting = {row.session_id: lines[row.pk] for row in active if row.pk in lines}
    stands = {row.session_id for row in active}
    earlier = {pk: place for pk, place in told.items() if not (is_owner and pk in stands)}
    return _Choice([pk for pk in chosen if pk not in left], waiting | earlier, active)


def _person_of_form(request: HttpRequest, address: str, *, sent_here: bool) -> tuple[Person | None, bool]:
    """Return the person whose places this browser may know, and whether they are signed in.

    The form of a signed-in person has no address.
    """
    signed_in = signed_in_person(request)
    person = Person.objects.at_address(address).first() if address else signed_in
    if person is not None and person == signed_in:
        return person, True
    return (person, False) if sent_here else (None, False)
