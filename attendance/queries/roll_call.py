"""The registrants whom a roll call of a session lists."""

from dataclasses import dataclass

from accounts.models import Person
from attendance.models import Attendance
from attendance.queries.said import Said, said_by
from registrations.models import Registration
from sessions.models import Session


@dataclass(frozen=True)
class CalledPerson:
    """A registrant in a roll call, which cannot change an attendance that a report or a correction has set."""

    person: Person
    name: str
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
    places = Registration.objects.registered().filter(session=session).select_related("person")
    known = {row.person_id: row for row in Attendance.objects.confirmed().filter(session=session)}
    said = said_by(session)
    return [
        CalledPerson(row.person, row.shown_name, known.get(row.person_id), said.get(row.person_id))
        for row in places.with_shown_name()
    ]
