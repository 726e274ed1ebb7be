"""The page of one person in a series: their sessions, the possible actions, and the history."""

import dataclasses
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.admin_scope import signed_in_person
from attendance.queries.attended import with_sessions_attended
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.registrants import RegistrantRow, rows_of
from echo_portal.admin.history import history_of_places
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations.message_kinds import MOVED
from registrations.models import AddressCorrection, MergeProposal, Registration
from registrations.queries.places import places_in_line
from registrations.queries.registrants import registrants_of
from sessions.models import Series


@dataclasses.dataclass(frozen=True)
class Place:
    """A registration as the page displays it. `line` is the position on the waiting list, or 0."""

    row: Registration
    when: str
    line: int
    is_open: bool
    moved: bool
    unanswered: bool


def person_page(page: HubScopedAdmin, request: HttpRequest, series: Series, person: int) -> HttpResponse:
    """Display the person. Raises Http404 for a person who was never in the series."""
    shown = registrant_in(series, person)
    rows = places_of(series, person)
    now = timezone.now()
    lines = places_in_line(rows)
    unsent = Message.objects.about(*(f"registration:{row.pk}" for row in rows)).filter(kind=MOVED).unsent()
    moved = {message.payload["registration"] for message in unsent}
    context: dict[str, Any] = {
        "subtitle": shown.name,
        "person": shown,
        "places": [
            Place(
                row,
                when_text_of(row.session),
                lines.get(row.pk, 0),
                _is_open(row, now),
                row.pk in moved,
                row.addition_id is not None and row.answered_at is None and _is_open(row, now),
            )
            for row in rows
        ],
        "corrections": AddressCorrection.objects.open().filter(person=person, series=series),
        "merges": MergeProposal.objects.open().filter(Q(person=person) | Q(other=person), series=series),
        "any_open": any(_is_open(row, now) for row in rows),
        "history": history_of_places(rows, signed_in_person(request)),
        "give_back": reverse("admin:registrations_registration_changelist"),
    }
    return desk_answer(page, request, series, "registrants", "person", context)


def registrant_in(series: Series, person: int) -> RegistrantRow:
    """Return the person with this ID in the series. Raises Http404 for a person who was never in it."""
    people = with_sessions_attended(registrants_of(series).filter(pk=person), series)
    for shown in rows_of(people):
        return shown
    raise Http404


def places_of(series: Series, person: int) -> list[Registration]:
    """Return the person's registrations in the series, including cancelled ones, sorted by number of the session."""
    rows = Registration.objects.filter(person=person, session__series=series).order_by("session__number")
    return list(rows.select_related("person", "session__series__hub"))


def _is_open(row: Registration, now: Any) -> bool:
    return row.state != Registration.State.CANCELLED and not row.session.is_over(now)
