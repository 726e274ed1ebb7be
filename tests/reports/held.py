"""Sessions that were held ten days ago, with the people who attended them."""

import datetime as dt

from django.utils import timezone

from accounts.models import Person
from attendance.actions import take_roll_call
from echo_portal.reports.actions import build_report
from evaluations.models import AnswerSheet, Evaluation, EvaluationQuestion, Invitation, Question
from hubs.models import Membership
from pages.actions import publish_report
from pages.models import Report
from sessions.models import Session
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.evaluations.asked import write_national_core
from tests.people import People


class Held:
    """A session of each hub, ten days ago. Three people attended the national one, and one that of British Columbia."""

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


def store_sheets(session: Session, texts: list[str]) -> None:
    """Store a sheet for each comment by people who attended. The evaluation of the session closed three days ago."""
    write_national_core()
    closes_at = timezone.now() - dt.timedelta(days=3)
    evaluation = Evaluation.objects.create(
        session=session, opened_at=closes_at - dt.timedelta(days=14), closes_at=closes_at
    )
    asked = {row.code: row for row in Question.objects.filter(hub__isnull=True, only_certified=False)}
    EvaluationQuestion.objects.bulk_create(
        EvaluationQuestion(evaluation=evaluation, question=row, position=position)
        for position, row in enumerate(asked.values(), start=1)
    )
    comment = next(row for row in asked.values() if row.kind == Question.Kind.TEXT)
    for number, text in enumerate(texts):
        person = People.make(f"said-{session.pk}-{number}@example.org", f"Person {number}")
        Invitation.objects.create(evaluation=evaluation, person=person, has_answered=True)
        answers = {str(asked["worth-my-time"].pk): 5, str(comment.pk): text}
        AnswerSheet.objects.create(evaluation=evaluation, language="en", answers=answers)
