"""The people who are registered for a session or attended it, with the evidence."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window

from accounts.models import Person
from attendance.models import Attendance, JoinClick
from attendance.queries.said import Said, said_by
from registrations.models import Registration
from registrations.queries.people import with_shown_names
from sessions.models import Session


class Evidence(NamedTuple):
    place: str
    pressed_at: dt.datetime | None
    attendance: Attendance | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class SessionPerson:
    """A person of a session. `address` tells people with the same name apart, and is empty for all others."""

    person: Person
    name: str
    address: str
    place: str
    pressed_at: dt.datetime | None
    attendance: Attendance | None
    said: Said | None


def people_of_session(session: Session) -> QuerySet[Person]:
    """Return the people who have a place, are on the waiting list or have an attendance, sorted by name.

    Annotate `namesakes`: how many of them have the same name, including the person.
    """
    places = Registration.objects.active().filter(session=session, person=OuterRef("pk"))
    attended = Attendance.objects.filter(session=session, person=OuterRef("pk"))
    people: QuerySet[Person] = Person.objects.get_queryset().filter(Q(Exists(places)) | Q(Exists(attended)))
    named = with_shown_names(people, person="pk", series=session.series_id).order_by("key_shown", "pk")
    counted: QuerySet[Person] = named.annotate(namesakes=Window(Count("pk"), partition_by=[F("key_shown")]))
    return counted


def with_evidence(people: list[Any], session: Session) -> list[SessionPerson]:
    """Return the people with their place, press of Join, attendance and typed code, using four queries.

    `people` must be a result of `people_of_session`.
    """
    evidence = evidence_of([person.pk for person in people], session)
    return [
        SessionPerson(person, person.name_shown, person.email if person.namesakes > 1 else "", *evidence[person.pk])
        for person in people
    ]


def evidence_of(ids: list[int], session: Session) -> dict[int, Evidence]:
    """Return the place, press of Join, attendance and typed code, keyed by person ID, using four queries."""
    places = {row.person_id: row for row in Registration.objects.filter(session=session, person__in=ids)}
    clicks = JoinClick.objects.filter(registration__in=[row.pk for row in places.values()])
    pressed = dict(clicks.values_list("registration_id", "first_at"))
    attendances = Attendance.objects.filter(session=session, person__in=ids).with_listing()
    attended = {row.person_id: row for row in attendances}
    said = said_by(session, ids)
    found = {}
    for person in ids:
        place = places.get(person)
        found[person] = Evidence(
            str(place.get_state_display()) if place else "",
            pressed.get(place.pk) if place else None,
            attended.get(person),
            said.get(person),
        )
    return found
