"""A session that ended an hour ago, with participants who pressed their Join button."""

import datetime as dt
from importlib import import_module

from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from attendance.actions import record_join
from credits import actions
from echo_portal.outbox.personal_links import personal
from evaluations.links import ANSWER
from evaluations.models import AnswerSheet, Evaluation, Invitation, Question
from hubs.models import Hub
from sessions.models import Session
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.people import People

CORE = import_module("evaluations.migrations.0002_national_core")


def write_national_core() -> None:
    """Write the questions of the migration again, because tests with transactions delete these rows."""
    CORE.write_national_core(apps, None)


class Asked:
    """A session of the national hub that ended an hour ago. Ama and Luc pressed Join, and the stranger did not."""

    def __init__(self, programme: Programme, people: People) -> None:
        write_national_core()
        self.programme, self.people = programme, people
        self.series = programme.series("heart", title_fr="Maladies du cœur")
        self.session = self.ended_session(1)
        self.ama, self.luc = people.ama, people.luc
        self.join(self.session, self.ama, self.luc)
        register(people.stranger, self.session)

    def ended_session(self, number: int, *, hub: Hub | None = None) -> Session:
        """Return a session of the series, or of a new series of this hub, that ended an hour ago."""
        end = timezone.localtime() - dt.timedelta(hours=1)
        start = end - dt.timedelta(hours=1)
        series = self.programme.series(f"of-{hub.slug}", hub=hub) if hub else self.series
        session = self.programme.new_session(series, number, on_date=start.date(), title_fr=f"cœur {number}")
        session.start_time, session.end_time = start.time(), end.time()
        if session.end_time <= session.start_time:  # the hour before midnight
            session.start_time, session.end_time = dt.time(20), dt.time(21)
            session.on_date = start.date() - dt.timedelta(days=1)
        session.save(force_insert=True)
        return session

    @staticmethod
    def join(session: Session, *people: Person) -> None:
        for person in people:
            place = register(person, session)
            assert session.starts_at is not None
            record_join(registration=place, now=session.starts_at)

    def many(self, count: int, session: Session | None = None) -> list[Person]:
        """Create and return people who pressed Join."""
        hub = (session or self.session).series.hub.slug
        found = [self.people.make(f"{hub}-{number}@example.org", f"Person {number}") for number in range(count)]
        self.join(session or self.session, *found)
        return found

    @staticmethod
    def ask(now: dt.datetime | None = None) -> int:
        """Run what the periodic task runs, and return how many people were invited."""
        return actions.ask_for_evaluations(now=now or timezone.now())


def path_of(person: Person, session: Session, language: str = "en") -> str:
    """Return the path of the link in the email to this person."""
    row = Invitation.objects.get(person=person, evaluation__session=session)
    with translation.override(language):
        token = personal(str(ANSWER.sign_object([row.pk, person.link_version])))
        return reverse("evaluate", kwargs={"token": token})


def fields(session: Session, **values: object) -> dict[str, object]:
    """Return the form data for values given by code of the question, with `_` for `-`."""
    asked = Evaluation.objects.get(session=session).asked.select_related("question")
    by_code = {row.question.code.replace("-", "_"): f"q{row.position}" for row in asked}
    return {by_code[code]: value for code, value in values.items()}


def answers(person: Person, session: Session, language: str = "en", **values: object) -> int:
    """Post the form with these answers, and return the status."""
    return Client().post(path_of(person, session, language), fields(session, **values)).status_code


def sheets(session: Session) -> list[tuple[str, dict[str, object]]]:
    """Return the language and the answers by code of each sheet, sorted."""
    codes = {str(row.pk): row.code for row in Question.objects.all()}
    rows = AnswerSheet.objects.filter(evaluation__session=session)
    return sorted(((row.language, {codes[key]: value for key, value in row.answers.items()}) for row in rows), key=str)
