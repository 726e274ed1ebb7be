"""A series whose certificates wait for the evaluation of each session (ADR 41)."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.models import Person
from attendance import actions as attending
from credits import actions
from credits.models import Accreditation
from hubs.models import Organisation
from sessions.models import Session
from tests.builders import Programme
from tests.evaluations.asked import Asked
from tests.people import People


class Gated(Asked):
    """A series whose certificates wait for the evaluation, with two sessions that Ama and Luc attended."""

    def __init__(self, programme: Programme, people: People) -> None:
        super().__init__(programme, people)
        self.by = people.coordinator(programme.national)
        certifier = Organisation.objects.get_or_create(slug="nurses", defaults={"name_en": "N", "name_fr": "N"})[0]
        today = timezone.localdate()
        self.record = Accreditation.objects.create(
            series=self.series,
            certifier=certifier,
            scheme="hours",
            programme="Hours",
            category="Learning",
            max_credits=Decimal(12),
            statement_en="Approved",
            statement_fr="Approuvé",
            signatory_name="Camille Specimen, MD",
            signatory_title_en="Medical lead",
            signatory_title_fr="Responsable médicale",
            valid_from=today - dt.timedelta(days=30),
            valid_to=today + dt.timedelta(days=30),
            evaluation_required=True,
        )
        self.second = self.ended_session(2)
        self.join(self.second, self.ama, self.luc)
        self.attend(self.ama, self.luc)

    def attend(self, *people: Person) -> None:
        for session in (self.session, self.second):
            for person in people:
                attending.correct_attendance(session=session, person=person, seconds=3600, reason="List", by=self.by)
        actions.update_ledger(series_id=self.series.pk)

    def issue(self, session: Session | None = None) -> actions.Plan:
        return actions.issue_certificates(series=self.series, session=session, by=self.by)
