"""Queries for requests “I was there”, and for what decides whether a person may send one."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Person
from attendance.models import Attendance, AttendanceRequest
from attendance.rules import check_can_ask
from echo_portal.lib.refusals import Refusal
from registrations.models import Registration
from sessions.models import Session


@dataclass(frozen=True, slots=True)
class Asking:
    """State whether a person may ask the hub to record their attendance in a session in which they have a place.

    `refusal` is the sentence that says why they may not, or "" if they may.
    """

    public_id: str
    seconds: int | None
    requests: Sequence[AttendanceRequest]
    refusal: str

    @property
    def last(self) -> AttendanceRequest | None:
        return self.requests[-1] if self.requests else None


def asking_about(person: Person, sessions: Collection[int], now: dt.datetime) -> dict[int, Asking]:
    """Return an `Asking` by session ID, for those of the sessions in which the person has a place; two queries."""
    seconds = Attendance.objects.filter(person=OuterRef("person"), session=OuterRef("session")).values("seconds")
    places = Registration.objects.registered().filter(person=person, session__in=sessions).select_related("session")
    requests: dict[int, list[AttendanceRequest]] = {}
    asked = AttendanceRequest.objects.filter(person=person, session__in=sessions).select_related("correction")
    for row in asked.order_by("asked_at", "pk"):
        requests.setdefault(row.session_id, []).append(row)
    found = {}
    for place in places.annotate(seconds=Subquery(seconds)):
        mine = requests.get(place.session_id, [])
        attended = place.seconds  # type: ignore[attr-defined]
        refusal = _refusal(place.session, seconds=attended, requests=mine, now=now)
        found[place.session_id] = Asking(str(place.session.public_id), attended, mine, refusal)
    return found


def _refusal(session: Session, *, seconds: int | None, requests: list[AttendanceRequest], now: dt.datetime) -> str:
    try:
        check_can_ask(session, has_place=True, seconds=seconds, requests=requests, now=now)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def open_requests(session: Session) -> list[AttendanceRequest]:
    """Return the open requests about the session, the oldest first."""
    return list(AttendanceRequest.objects.open().filter(session=session).select_related("person").order_by("asked_at"))


def waiting_requests(person: Person) -> QuerySet[AttendanceRequest]:
    """Return the open requests that this coordinator may answer, the oldest first."""
    rows = AttendanceRequest.objects.open().editable_by(person).select_related("session__series", "person")
    return rows.order_by("asked_at", "pk")
