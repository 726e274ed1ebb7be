"""The long-term care series: 13 sessions of one hour, certified for up to 12 credits, with its registrants."""

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.models import Person
from attendance import actions as attending
from credits import actions
from credits.models import Accreditation, CertifiedSession, CreditEntry
from hubs.models import Organisation
from sessions.models import Session
from tests.attendance.held_session import register
from tests.attendance.reports import TORONTO
from tests.builders import Programme
from tests.people import People

FIRST_DAY = dt.date(2025, 1, 9)
HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
STATEMENT_EN = (
    "This 1-credit-per-hour activity has been certified by the College of Family Physicians of Canada for up to "
    "{max_credits} Mainpro+ Certified Activity credits."
)
STATEMENT_FR = (
    "Cette activité a été certifiée par le Collège des médecins de famille du Canada pour un maximum de "
    "{max_credits} crédits Mainpro+ (activité certifiée)."
)


class LongTermCare:
    """The series with its sessions and its accreditation. Ama and Luc are registered for all sessions."""

    def __init__(self, programme: Programme, people: People, *, sessions: int = 13) -> None:
        self.programme, self.people = programme, people
        self.series = programme.series(
            "ltc-cop",
            title_en="Long-Term Care Community of Practice",
            title_fr="Communauté de pratique en soins de longue durée",
        )
        self.sessions = [
            programme.session(
                self.series,
                number,
                on_date=FIRST_DAY + dt.timedelta(weeks=number - 1),
                title_en=f"Palliative care in long-term care, part {number}",
                title_fr=f"Les soins palliatifs en soins de longue durée, partie {number}",
            )
            for number in range(1, sessions + 1)
        ]
        self.by = people.coordinator(programme.national)
        self.ama, self.luc = people.ama, people.luc
        for session in self.sessions:
            for person in (self.ama, self.luc):
                register(person, session)
        self.record = self.certified()

    def certified(self, **fields: Any) -> Accreditation:
        """Return a complete accreditation of the series with an ID for each of its sessions."""
        certifier = Organisation.objects.get_or_create(
            slug="cfpc",
            defaults={
                "name_en": "College of Family Physicians of Canada",
                "name_fr": "Collège des médecins de famille du Canada",
            },
        )[0]
        values: dict[str, Any] = {
            "programme": "Mainpro+",
            "category": "Certified Activity",
            "max_credits": Decimal(12),
            "statement_en": STATEMENT_EN,
            "statement_fr": STATEMENT_FR,
            "signatory_name": "Camille Specimen, MD",
            "signatory_title_en": "Medical lead, Palliative Care ECHO Project",
            "signatory_title_fr": "Responsable médicale, Projet ECHO en soins palliatifs",
            "valid_from": FIRST_DAY,
            "valid_to": FIRST_DAY + dt.timedelta(days=364),
        }
        record = Accreditation.objects.create(series=self.series, certifier=certifier, **(values | fields))
        for session in self.sessions:
            CertifiedSession.objects.create(
                accreditation=record, session=session, certified_id=f"900001-{session.number:03}"
            )
        return record

    def report(self, session: Session, stays: dict[Person, int]) -> bytes:
        """Return a Zoom report in which each person attends from noon on, for the given number of minutes."""
        start = dt.datetime.combine(session.on_date or FIRST_DAY, dt.time(12))
        rows = [
            f'"{person.name}",{person.email},{start},{start + dt.timedelta(minutes=minutes)},{minutes}\n'
            for person, minutes in stays.items()
        ]
        return (HEADER + "".join(rows)).encode()

    def attend(self, number: int, stays: dict[Person, int]) -> None:
        """Import a report about the session with this number, and update the ledger."""
        session = self.sessions[number - 1]
        draft = attending.upload_report(
            session=session, file_name="report.csv", data=self.report(session, stays), zone=TORONTO, by=self.by
        )
        attending.import_report(report=draft, sha256=draft.sha256, by=self.by)
        self.update()

    def attend_all(self, person: Person) -> None:
        for session in self.sessions:
            attending.correct_attendance(session=session, person=person, seconds=3600, reason="List", by=self.by)
        self.update()

    def update(self) -> actions.LedgerChange:
        return actions.update_ledger(series_id=self.series.pk)

    def credits(self, person: Person) -> dict[int, Decimal]:
        """Return the person's total credits in the ledger, by number of the session."""
        sums: dict[int, Decimal] = {}
        for row in CreditEntry.objects.filter(person=person).select_related("session").order_by("session__number"):
            sums[row.session.number] = sums.get(row.session.number, Decimal(0)) + row.credits
        return sums
