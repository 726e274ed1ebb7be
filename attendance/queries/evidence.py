"""The people to whom an unmatched row may belong, with their evidence. Names are never compared."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Person
from attendance.models import Attendance, AttendanceRow, JoinClick
from attendance.queries.matching import people_of_series
from attendance.queries.said import Said, said_by
from echo_portal.lib.text import fold
from registrations.models import Registration
from registrations.queries.people import with_shown_names
from sessions.models import Session

PROPOSED = 20
NEAR = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the series to whom a row may belong.

    `name` is the name that coordinators see, `pressed_at` is when the person pressed Join, and `minutes` is the time
    that they attended.
    """

    person: Person
    name: str
    pressed_at: dt.datetime | None
    minutes: int | None
    is_registered: bool
    said: Said | None


def candidates(row: AttendanceRow, *, search: str = "") -> list[Candidate]:
    """Return the people found by `search` or, if it is empty, the registrants without an attendance.

    People who pressed their own Join button close to the join time of the row come first, the closest first. The others
    are sorted by name. The name in the row is not used.
    """
    session = row.report.session
    people = with_shown_names(people_of_series(session.series), person="pk", series=session.series_id)
    if search:
        folded = fold(search)
        people = people.filter(Q(key_shown__contains=folded) | Q(email_key__contains=search.strip().casefold()))
    else:
        registered = Registration.objects.registered().filter(session=session, person=OuterRef("pk"))
        there = Attendance.objects.confirmed().filter(session=session, person=OuterRef("pk"))
        people = people.filter(Exists(registered)).exclude(Exists(there))
    near = _near(row, session)
    first = sorted(people.filter(pk__in=near), key=lambda person: abs(near[person.pk] - _joined(row)))
    others = people.exclude(pk__in=near).order_by("key_shown", "pk")[: max(0, PROPOSED - len(first))]
    return _with_facts([*first[:PROPOSED], *others], session)


def _joined(row: AttendanceRow) -> dt.datetime:
    return row.joined_at or row.report.window_start


def _near(row: AttendanceRow, session: Session) -> dict[int, dt.datetime]:
    """Return when people pressed Join, keyed by person ID, for presses close to the join time of the row."""
    if row.joined_at is None:
        return {}
    clicks = JoinClick.objects.filter(
        registration__session=session, first_at__lte=row.joined_at + NEAR, last_at__gte=row.joined_at - NEAR
    )
    return dict(clicks.values_list("registration__person_id", "first_at"))


def _with_facts(people: list[Any], session: Session) -> list[Candidate]:
    ids = [person.pk for person in people]
    pressed = dict(
        JoinClick.objects.filter(registration__session=session, registration__person__in=ids).values_list(
            "registration__person_id", "first_at"
        )
    )
    counted = {row.person_id: row.minutes for row in Attendance.objects.filter(session=session, person__in=ids)}
    places = Registration.objects.registered().filter(session=session, person__in=ids)
    registered = set(places.values_list("person_id", flat=True))
    said = said_by(session, ids)
    return [
        Candidate(
            *(person, person.name_shown, pressed.get(person.pk), counted.get(person.pk)),
            is_registered=person.pk in registered,
            said=said.get(person.pk),
        )
        for person in people
    ]
