"""The registrants whom a roll call of a session lists."""

from collections import Counter
from dataclasses import dataclass

from accounts.models import Person
from attendance.models import Attendance
from attendance.queries.said import Said, said_by
from echo_portal.lib.text import sort_key_of
from registrations.models import Registration
from sessions.models import Session


@dataclass(frozen=True)
class CalledPerson:
    """A registrant in a roll call, which cannot change an attendance that a report or a correction has set.

    `address` tells people with the same name apart, and is empty for all others.
    """

    person: Person
    name: str
    address: str
    attendance: Attendance | None
    said: Said | None

    @property
    def is_called(self) -> bool:
        return self.attendance is not None

    @property
    def is_ticked(self) -> bool:
        """Return whether the box is ticked: the person has an attendance, or typed a code since the last roll call."""
        return self.is_called or (self.said is not None and not self.said.is_decided)

    @property
    def is_fixed(self) -> bool:
        return self.attendance is not None and self.attendance.source != Attendance.Source.ROLL_CALL


def registrants_to_call(session: Session) -> list[CalledPerson]:
    """Return the registrants of a session, sorted by name, using three queries."""
    places = list(Registration.objects.registered().filter(session=session).select_related("person").with_shown_name())
    known = {row.person_id: row for row in Attendance.objects.confirmed().filter(session=session)}
    said = said_by(session)
    keys = Counter(sort_key_of(row.shown_name) for row in places)
    return [
        CalledPerson(
            row.person,
            row.shown_name,
            row.person.email if keys[sort_key_of(row.shown_name)] > 1 else "",
            known.get(row.person_id),
            said.get(row.person_id),
        )
        for row in places
    ]
