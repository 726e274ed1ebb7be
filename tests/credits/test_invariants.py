"""The ledger and the certificates are right after attendances, corrections and certificates in any order.

See PRODUCT.md 6.
"""

import random
from decimal import Decimal

import pytest
from django.db import connection

from attendance import actions as attending
from attendance.models import Attendance
from credits import actions
from credits.models import Accreditation, Certificate, CreditEntry
from credits.queries.certificates import drafts_to_follow
from credits.queries.stale import series_with_stale_ledger
from tests.credits.ltc import LongTermCare

ACTS = 60
D = Decimal


def check(ltc: LongTermCare) -> None:
    """Assert that the ledger agrees with the attendances, the maxima and the certificates."""
    record = Accreditation.objects.get()
    attended = {
        (row.person_id, row.session_id): row.minutes for row in Attendance.objects.confirmed().select_related("session")
    }
    sums: dict[tuple[int, int], Decimal] = {}
    in_all: dict[int, Decimal] = {}
    for row in CreditEntry.objects.all():
        key = (row.person_id, row.session_id)
        sums[key] = sums.get(key, D(0)) + row.credits
        in_all[row.person_id] = in_all.get(row.person_id, D(0)) + row.credits
    in_force = {(row.person_id, row.session_id): row for row in CreditEntry.objects.in_force()}
    assert set(in_force) == set(attended)
    for key, total in sums.items():
        assert total == (in_force[key].credits if key in in_force else 0)
        assert 0 <= total * 60 <= attended.get(key, 0)
    assert all(total <= record.max_credits for total in in_all.values())
    assert series_with_stale_ledger() == []
    for draft in drafts_to_follow(ltc.series):
        assert not draft.contradicts_printed
    for certificate in Certificate.objects.all():
        assert certificate.is_valid == (not hasattr(certificate, "replaced_by") and certificate.revoked_at is None)
        shown = sum((D(credits) for line in certificate.printed for credits in line["credits"].values()), D(0))
        assert shown == sum(D(row["credits"]) for row in certificate.values["records"])
        assert shown <= 12
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("seed", range(3))
def test_ledger_and_certificates_are_right_after_any_order_of_actions(ltc: LongTermCare, seed: int) -> None:
    dice = random.Random(seed)
    people = [ltc.ama, ltc.luc]

    def correct(minutes: int | None) -> None:
        seconds = None if minutes is None else minutes * 60 + dice.randrange(60) * (minutes < 60)
        session, person = dice.choice(ltc.sessions), dice.choice(people)
        attending.correct_attendance(session=session, person=person, seconds=seconds, reason="Test", by=ltc.by)

    def revoke() -> None:
        if row := Certificate.objects.valid().order_by("?").first():
            actions.revoke_certificate(certificate=row, because="Test", by=ltc.by)

    for _ in range(ACTS):
        act = dice.choices(["attend", "partly", "back", "issue", "one", "revoke", "terms"], [9, 5, 3, 3, 3, 1, 1])[0]
        if act == "attend":
            correct(60)
        elif act == "partly":
            correct(dice.randrange(1, 60))
        elif act == "back":
            correct(dice.choice([None, 0]))
        elif act == "issue":
            actions.issue_certificates(series=ltc.series, by=ltc.by)
        elif act == "one":
            actions.issue_certificates(series=ltc.series, session=dice.choice(ltc.sessions), by=ltc.by)
        elif act == "revoke":
            revoke()
        else:
            Accreditation.objects.update(max_credits=dice.choice([6, 12]))
        ltc.update()
        check(ltc)
    assert CreditEntry.objects.filter(kind="reversal").exists()
    assert Certificate.objects.filter(state="replaced").exists()
