"""Sessions that were held ten days ago, with the people who attended them."""

import datetime as dt

from django.utils import timezone

from accounts.models import Person
from attendance.actions import take_roll_call
from echo_portal.reports.actions import build_report
from hubs.models import Membership
from pages.actions import publish_report
from pages.models import Report
from sessions.models import Session
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.people import People


class Held:
    """A session of each hub, ten days ago: three people attended the national one, and one that of British Columbia."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme, self.people = programme, people
        self.national = programme.session(programme.series("national"), 1, days=-10)
        self.bc = programme.session(programme.series("of-bc", hub=programme.bc), 1, days=-10)
        self.came(self.national, people.ama, people.luc, people.stranger)
        self.came(self.bc, people.ama)

    def came(self, session: Session, *people: Person) -> None:
        for person in people:
            register(person, session)
        take_roll_call(session=session, present=[person.pk for person in people], by=self.people.staff)

    def evaluator(self) -> Person:
        person = self.people.make("evaluator@example.org", "Eva Evaluator")
        Membership.objects.create(person=person, hub=self.programme.bc, role=Membership.Role.EVALUATOR)
        return person


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def built(held: Held, first: int = -30, last: int = -1) -> Report:
    return build_report(first=day(first), last=day(last), by=held.people.staff, now=timezone.now())


def published(held: Held, first: int = -30, last: int = -1) -> Report:
    report = built(held, first, last)
    return publish_report(report=report, sha256=report.sha256, by=held.people.staff)
