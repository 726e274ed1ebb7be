"""A held session with registrants, and attendance reports about it."""

import datetime as dt
from functools import cached_property

from django.utils import timezone

from accounts.models import Person
from attendance import actions
from attendance.models import Attendance, AttendanceImport
from registrations.models import Registration
from sessions.models import Session
from tests.attendance.reports import TORONTO
from tests.builders import Programme
from tests.people import People

DAY = dt.date(2026, 2, 10)
HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
Stay = tuple[str, str, str, str]  # name, address, joined, left (hours and minutes on the session's day)


def report(*stays: Stay) -> bytes:
    """Return a Zoom report with these rows, on the day of the session."""
    rows = [f'"{name}",{email},{DAY} {joined}:00,{DAY} {left}:00,\n' for name, email, joined, left in stays]
    return (HEADER + "".join(rows)).encode()


class HeldSession:
    """A session of the national hub on 10 February 2026, 12:00 to 13:00 in Toronto. Ama and Luc are registered."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme, self.people = programme, people
        self.series = programme.series("ltc")
        self.session = programme.session(self.series, 1, on_date=DAY)
        self.by = people.coordinator(programme.national)
        self.ama, self.luc = people.ama, people.luc
        for person in (self.ama, self.luc):
            register(person, self.session)

    @cached_property
    def usual(self) -> bytes:
        """Return a report in which Ama attends for 40 minutes, and a person without an address for an hour."""
        return report(("Ama O", self.ama.email, "12:00", "12:40"), ("iPhone", "", "11:50", "13:10"))

    def upload(self, data: bytes, *, session: Session | None = None, by: Person | None = None) -> AttendanceImport:
        return actions.upload_report(
            session=session or self.session, file_name="report.csv", data=data, zone=TORONTO, by=by or self.by
        )

    def imported(self, data: bytes) -> AttendanceImport:
        draft = self.upload(data)
        return actions.import_report(report=draft, sha256=draft.sha256, by=self.by)

    def minutes(self) -> dict[str, int]:
        """Return the attended minutes of each person with an attendance in the session, by name."""
        rows = Attendance.objects.filter(session=self.session).select_related("person")
        return {row.person.name: row.minutes for row in rows}


def register(person: Person, session: Session) -> Registration:
    now = timezone.now()
    return Registration.objects.create(
        person=person, session=session, state="registered", registered_at=now, changed_at=now
    )
