"""A correction during the issue of certificates waits, so that credits on certificates match their minutes."""

import threading
from typing import Any

import pytest

from attendance import actions as attending
from credits import actions
from credits.actions import locking
from credits.models import Certificate
from sessions.models import Session
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.load.conftest import at_once
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def correct_while_issuing(ltc: LongTermCare, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Correct 30 minutes to 60 after the ledger is computed and before certificates are written.

    Return the minutes and the credits on the valid certificate after the next update of the ledger.
    """
    session = ltc.sessions[0]
    attending.correct_attendance(session=session, person=ltc.ama, seconds=1800, reason="List", by=ltc.by)
    is_computed, is_corrected = threading.Event(), threading.Event()
    plan = actions.plan_certificates

    def wait_and_plan(*arguments: Any) -> Any:
        is_computed.set()
        is_corrected.wait(1)  # the correction waits for the lock
        return plan(*arguments)

    def issue() -> None:
        actions.issue_certificates(series=ltc.series, by=ltc.by)

    def correct() -> None:
        is_computed.wait(10)
        attending.correct_attendance(session=session, person=ltc.ama, seconds=3600, reason="List", by=ltc.by)
        is_corrected.set()

    monkeypatch.setattr("credits.actions.issuing.plan_certificates", wait_and_plan)
    at_once([issue, correct])
    ltc.update()
    (line,) = Certificate.objects.valid().get().printed
    return line["minutes"], line["credits"][str(ltc.record.pk)]


def test_corrected_minutes_earn_their_credits(
    programme: Programme, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ltc = LongTermCare(programme, people, sessions=1)
    assert correct_while_issuing(ltc, monkeypatch) == (60, "1")


def test_without_the_lock_a_certificate_has_the_credits_of_other_minutes(
    programme: Programme, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "sessions_with_attendance", lambda _series: Session.objects.none())
    ltc = LongTermCare(programme, people, sessions=1)
    assert correct_while_issuing(ltc, monkeypatch) == (60, "0.5")
