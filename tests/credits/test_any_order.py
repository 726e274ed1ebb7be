"""Whatever the order of actions, credits never exceed the time or the maxima, and nothing counts twice.

A hypothesis state machine registers people, imports and undoes reports, corrects attendances, issues and revokes
certificates, and merges profiles.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Person
from attendance import actions as attending
from attendance.models import Attendance, AttendanceImport
from credits import actions
from credits.models import Accreditation, Certificate, CreditEntry
from registrations.models import Registration
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People

SESSIONS, SERIES_MAX = 3, Decimal(2)
numbers = st.integers(min_value=1, max_value=SESSIONS)
minutes = st.sampled_from([0, 14, 15, 40, 60])
stays_in_report = st.sampled_from([14, 15, 40, 60])
who = st.sampled_from(["ama", "luc", "twin"])


class AnyOrder(RuleBasedStateMachine):
    """A state machine with three sessions of the long-term care series and at most two credits.

    The people are Ama, who has a second profile, and Luc.
    """

    ltc: LongTermCare

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.merged = False

    @initialize()
    def begin(self) -> None:
        people = People()
        self.ltc = LongTermCare(Programme(), people, sessions=SESSIONS)
        self.staff = people.staff
        twin = people.make("ama@work.example", "A. Okpik", mailbox_used_at=timezone.now())
        self.people = {"ama": self.ltc.ama, "luc": self.ltc.luc, "twin": twin}
        register(twin, self.ltc.sessions[0])
        Accreditation.objects.update(max_credits=SERIES_MAX)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)

    def person(self, name: str) -> Person:
        return self.people["ama" if self.merged and name == "twin" else name]

    @rule(name=who, number=numbers)
    def registers(self, name: str, number: int) -> None:
        session = self.ltc.sessions[number - 1]
        if not Registration.objects.filter(person=self.person(name), session=session).exists():
            register(self.person(name), session)

    @rule(number=numbers, stays=st.dictionaries(who, stays_in_report, min_size=1))
    def imports_a_report(self, number: int, stays: dict[str, int]) -> None:
        session = self.ltc.sessions[number - 1]
        data = self.ltc.report(session, {self.person(name): stay for name, stay in stays.items()})
        report = attending.upload_report(
            session=session, file_name="report.csv", data=data, zone="America/Toronto", by=self.ltc.by
        )
        if not report.is_live:
            attending.import_report(report=report, sha256=report.sha256, by=self.ltc.by)

    @rule(number=numbers)
    def undoes_the_import(self, number: int) -> None:
        report = AttendanceImport.objects.live().filter(session=self.ltc.sessions[number - 1]).first()
        if report is not None:
            actions.undo_import(report=report, by=self.ltc.by)

    @rule(name=who, number=numbers, stay=minutes)
    def corrects(self, name: str, number: int, stay: int) -> None:
        session, person = self.ltc.sessions[number - 1], self.person(name)
        if Registration.objects.filter(person=person, session__series=self.ltc.series).exists():
            attending.correct_attendance(
                session=session, person=person, seconds=stay * 60, reason="Telephone", by=self.ltc.by
            )

    @rule()
    def issues(self) -> None:
        actions.issue_certificates(series=self.ltc.series, by=self.ltc.by)

    @rule(number=numbers)
    def issues_for_a_session(self, number: int) -> None:
        actions.issue_certificates(series=self.ltc.series, session=self.ltc.sessions[number - 1], by=self.ltc.by)

    @rule()
    def revokes(self) -> None:
        certificate = Certificate.objects.valid().order_by("pk").first()
        if certificate is not None:
            actions.revoke_certificate(certificate=certificate, because="A mistake", by=self.ltc.by)

    @precondition(lambda self: not self.merged)
    @rule()
    def merges(self) -> None:
        actions.merge_people(kept=self.people["ama"], gone=self.people["twin"], by=self.staff)
        self.merged = True

    @invariant()
    def credits_are_within_time_and_maxima_and_nothing_counts_twice(self) -> None:
        if not hasattr(self, "ltc"):
            return
        self.ltc.update()
        attended = {(row.person_id, row.session_id): row for row in Attendance.objects.all()}
        assert all(0 <= row.seconds <= row.window_seconds for row in attended.values())
        for person in self.people.values():
            by_session: dict[int, Decimal] = {}
            for entry in CreditEntry.objects.filter(person=person):
                by_session[entry.session_id] = by_session.get(entry.session_id, Decimal(0)) + entry.credits
            assert 0 <= sum(by_session.values()) <= SERIES_MAX
            for session, amount in by_session.items():
                row = attended.get((person.pk, session))
                assert amount % Decimal("0.25") == 0
                assert 0 <= amount <= (Decimal(row.seconds // 60) / 60 if row else 0)
        valid = list(Certificate.objects.valid().values_list("person", "session"))
        assert len(valid) == len(set(valid))
        self.certificates_say_what_the_ledger_says()
        if self.merged:
            gone = self.people["twin"]
            assert gone.pk not in {person for person, _session in valid}
            assert not Attendance.objects.filter(person=gone).exists()
            assert not Registration.objects.active().filter(person=gone).exists()

    @staticmethod
    def certificates_say_what_the_ledger_says() -> None:
        for certificate in Certificate.objects.valid():
            for line in certificate.printed:
                entries = CreditEntry.objects.filter(person=certificate.person_id, session=line["id"])
                printed: Any = sum(Decimal(amount) for amount in line["credits"].values())
                assert sum(entry.credits for entry in entries) == printed


@pytest.mark.django_db
def test_invariants_hold_in_any_order_of_acts() -> None:
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=8, stateful_step_count=12, deadline=None))
