"""The people who are registered for a session or attended it, with the evidence."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from attendance.models import Attendance, JoinClick
from registrations.models import Registration
from registrations.queries.people import shown_names
from sessions.models import Session


@dataclass(frozen=True, slots=True)
class SessionPerson:
    person: Person
    name: str
    place: str
    pressed_at: dt.datetime | None
    attendance: Attendance | None


def people_of_session(session: Session) -> QuerySet[Person]:
    """Return the people with a place, on the waiting list or with an attendance, sorted by name."""
    places = Registration.objects.active().filter(session=session, person=OuterRef("pk"))
    attended = Attendance.objects.filter(session=session, person=OuterRef("pk"))
    people: QuerySet[Person] = Person.objects.get_queryset()
    return people.filter(Q(Exists(places)) | Q(Exists(attended))).order_by("sort_key", "pk")


def with_evidence(people: list[Person], session: Session) -> list[SessionPerson]:
    """Return the people with their place, press of Join and attendance, in four queries."""
    ids = [person.pk for person in people]
    places = {row.person_id: row for row in Registration.objects.filter(session=session, person__in=ids)}
    clicks = JoinClick.objects.filter(registration__in=[row.pk for row in places.values()])
    pressed = dict(clicks.values_list("registration_id", "first_at"))
    attended = {row.person_id: row for row in Attendance.objects.filter(session=session, person__in=ids)}
    names = shown_names(session.series_id, people)
    found = []
    for person in people:
        place = places.get(person.pk)
        found.append(
            SessionPerson(
                person,
                names[person.pk],
                str(place.get_state_display()) if place else "",
                pressed.get(place.pk) if place else None,
                attended.get(person.pk),
            )
        )
    return found
