"""The codes that registrants of a session typed, and shared rooms."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef

from attendance.models import AttendanceCorrection, SaidCode, SharedRoom
from registrations.models import Registration
from sessions.models import Session


class Said(NamedTuple):
    """What is known of the codes that a person typed in a session.

    `at` is when they typed the first one. `room_of` is the name of the person who opened their shared room, or "".
    `is_decided` is whether a roll call was saved after the last code, with or without a tick for this person.
    """

    at: dt.datetime
    room_of: str
    is_decided: bool = False


def said_by(session: Session, people: Collection[int] | None = None) -> dict[int, Said]:
    """Return a `Said` for each registrant of the session who typed a code, keyed by person ID, using one query."""
    called = AttendanceCorrection.objects.filter(
        session=session,
        person=OuterRef("registration__person"),
        kind=AttendanceCorrection.Kind.ROLL_CALL,
        made_at__gte=OuterRef("typed_at"),
    )
    rows = SaidCode.objects.filter(registration__session=session).select_related(
        "registration", "room__opened_by__person"
    )
    rows = rows.annotate(is_decided=Exists(called))
    if people is not None:
        rows = rows.filter(registration__person__in=people)
    found: dict[int, Said] = {}
    for row in rows.order_by("typed_at", "pk"):
        person, room_of = row.registration.person_id, row.room.opened_by.shown_name if row.room else ""
        first = found.get(person)
        found[person] = Said(
            first.at if first else row.typed_at,
            (first.room_of if first else "") or room_of,
            row.is_decided,  # taken from the last code
        )
    return found


def typed_codes(registration: Registration) -> list[SaidCode]:
    """Return the codes that this registrant typed, the first one first."""
    return list(SaidCode.objects.filter(registration=registration))


def room_of(registration: Registration) -> SharedRoom | None:
    """Return the room that this registrant opened, or None, with `others`, the number of people who typed its code."""
    return SharedRoom.objects.filter(opened_by=registration).annotate(others=Count("said_codes")).first()


def count_of_said(session: Session) -> int:
    """Return how many registrants typed the code said in the session."""
    return SaidCode.objects.filter(registration__session=session, room__isnull=True).count()
