"""Entries and reversals of the ledger contain their reason, and never exceed the attended time (PRODUCT.md 6)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import AuditEvent
from attendance import actions as attending
from attendance.models import AttendanceImport
from credits import actions
from credits.models import CertifiedSession, CreditEntry
from credits.presenters import entry_sentence
from credits.queries.stale import series_with_stale_ledger
from credits.tasks import update_ledgers
from tests.attendance.held_session import register
from tests.credits.ltc import LongTermCare
from tests.tables import checksums

D = Decimal


def sentences(ltc: LongTermCare, number: int, language: str = "en") -> list[str]:
    """Return the sentences of Ama's entries for a session, the oldest first."""
    rows = CreditEntry.objects.filter(person=ltc.ama, session__number=number).order_by("pk")
    with translation.override(language):
        return [entry_sentence(row).replace("\u00a0", " ") for row in rows]


def test_thirteen_sessions_earn_twelve_credits_and_the_last_has_the_reason(ltc: LongTermCare) -> None:
    ltc.attend_all(ltc.ama)
    assert ltc.credits(ltc.ama) == {number: D(1) for number in range(1, 13)} | {13: D(0)}
    assert sentences(ltc, 1) == ["Session 1: 60 of 60 minutes attended, 1 credit."]
    assert sentences(ltc, 13) == ["Session 13: attended, maximum of 12 reached, 0 credits."]
    assert sentences(ltc, 13, "fr") == ["Séance 13 : présence confirmée, maximum de 12 atteint, 0 crédit."]


def test_corrected_report_reverses_the_entry_and_adds_another(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    assert ltc.credits(ltc.ama) == {5: D("0.5")}
    ltc.attend(5, {ltc.ama: 45})
    assert ltc.credits(ltc.ama) == {5: D("0.75")}
    assert sentences(ltc, 5) == [
        "Session 5: 40 of 60 minutes attended, 0.5 credit.",
        "Session 5: the attendance was corrected, 0.5 credit taken back.",
        "Session 5: 45 of 60 minutes attended, 0.75 credit.",
    ]
    assert sentences(ltc, 5, "fr") == [
        "Séance 5 : 40 minutes sur 60, 0,5 crédit.",
        "Séance 5 : la présence a été corrigée, retrait de 0,5 crédit.",
        "Séance 5 : 45 minutes sur 60, 0,75 crédit.",
    ]


def test_undoing_a_report_reverses_credits_until_it_is_imported_again(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    attending.undo_import(report=AttendanceImport.objects.live().get(), by=ltc.by)
    ltc.update()
    assert ltc.credits(ltc.ama) == {5: D(0)}
    assert sentences(ltc, 5)[-1] == "Session 5: the attendance was taken back, with 0.5 credit."
    ltc.attend(5, {ltc.ama: 40})
    first, back, again = CreditEntry.objects.order_by("pk")
    assert (back.reverses, again.follows) == (first, back)
    assert ltc.credits(ltc.ama) == {5: D("0.5")}


def test_second_computation_changes_nothing(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    before = checksums()
    assert ltc.update() == actions.LedgerChange()
    assert {name for name, rows in checksums().items() if rows != before[name]} <= {"credits_ledgerstate"}


def test_worker_updates_stale_ledgers(ltc: LongTermCare) -> None:
    other = ltc.programme.series("not-certified", hub=ltc.programme.bc)
    ltc.update()
    assert series_with_stale_ledger() == []
    attending.correct_attendance(session=ltc.sessions[0], person=ltc.ama, seconds=3600, reason="List", by=ltc.by)
    assert series_with_stale_ledger() == [ltc.series.pk]
    update_ledgers()
    assert ltc.credits(ltc.ama) == {1: D(1)}
    assert series_with_stale_ledger() == []
    event = AuditEvent.objects.get(verb="ledger-updated")
    assert (event.about, event.details) == (f"series:{ltc.series.pk}", {"reversed": 0, "entered": 1})
    assert not CreditEntry.objects.filter(session__series=other).exists()


def test_ledger_that_cannot_be_updated_does_not_stop_the_others(ltc: LongTermCare) -> None:
    other = ltc.programme.series("heart")
    moved = ltc.certified(category="Heart")
    type(moved).objects.filter(pk=moved.pk).update(series=other)
    session = ltc.programme.session(other, 1, on_date=ltc.sessions[0].on_date)
    register(ltc.ama, session)
    for one in (ltc.sessions[0], session):
        attending.correct_attendance(session=one, person=ltc.ama, seconds=3600, reason="List", by=ltc.by)
    first, second = series_with_stale_ledger()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON credits_ledgerstate FOR EACH ROW"
            f" WHEN (NEW.series_id = {first}) EXECUTE FUNCTION refuse()"
        )
    update_ledgers()
    assert series_with_stale_ledger() == [first]
    assert {first, second} == {ltc.series.pk, other.pk}


@pytest.mark.parametrize(
    "change",
    [
        {"statement_fr": ""},
        {"max_credits": D(6)},
        {"max_per_session": D("0.5")},
        {"credits_per_hour": D("0.5")},
        {"credit_step": D("0.75")},
        {"valid_to": dt.date(2025, 2, 1)},
        {"professions": ["FP"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_accreditation_makes_the_ledger_stale(ltc: LongTermCare, change: dict[str, object]) -> None:
    ltc.attend_all(ltc.ama)
    type(ltc.record).objects.update(**change)
    assert series_with_stale_ledger() == [ltc.series.pk]
    assert ltc.update() != actions.LedgerChange()
    assert sum(ltc.credits(ltc.ama).values()) < 12


def test_incomplete_accreditation_adds_no_entry(ltc: LongTermCare) -> None:
    type(ltc.record).objects.update(statement_fr="")
    ltc.attend_all(ltc.ama)
    assert not CreditEntry.objects.exists()


def test_session_without_the_certifiers_id_earns_nothing(ltc: LongTermCare) -> None:
    CertifiedSession.objects.filter(session=ltc.sessions[0]).delete()
    ltc.attend(1, {ltc.ama: 60})
    assert sentences(ltc, 1) == [
        "Session 1: attended, the hub has not entered its certification yet, 0 credits.",
    ]


def test_session_outside_the_dates_of_the_accreditation_earns_nothing(ltc: LongTermCare) -> None:
    type(ltc.record).objects.update(valid_from=dt.date(2025, 1, 10))
    ltc.attend(1, {ltc.ama: 60})
    assert sentences(ltc, 1) == ["Session 1: attended, outside the dates of the certification, 0 credits."]


def test_accreditation_for_other_professions_adds_no_entry(ltc: LongTermCare) -> None:
    hours = ltc.certified(scheme="moc", programme="MOC Section 1", category="Section 1", professions=["SPEC"])
    luc, doctor = ltc.luc, ltc.people.make("doctor@example.org", "D", profession="SPEC")
    register(doctor, ltc.sessions[4])
    type(ltc.record).objects.filter(pk=ltc.record.pk).update(professions=["PSW"])
    ltc.attend(5, {luc: 60, doctor: 60})
    found = CreditEntry.objects.values_list("person", "accreditation", "credits").order_by("person")
    assert sorted(found) == sorted([(luc.pk, ltc.record.pk, D(1)), (doctor.pk, hours.pk, D(1))])


def test_only_one_of_equivalent_dates_earns_credits(ltc: LongTermCare) -> None:
    type(ltc.series).objects.update(choose_one=True)
    ltc.attend(1, {ltc.ama: 30})
    ltc.attend(2, {ltc.ama: 60})
    assert ltc.credits(ltc.ama) == {1: D(0), 2: D(1)}


def test_number_of_statements_does_not_depend_on_people(ltc: LongTermCare) -> None:
    ltc.update()
    counts = []
    for number, people in ((1, 2), (2, 60)):
        stays = {ltc.people.make(f"p{number}-{n}@example.org", f"P {n}"): 60 for n in range(people)}
        for person in stays:
            register(person, ltc.sessions[number - 1])
        session = ltc.sessions[number - 1]
        draft = attending.upload_report(
            session=session, file_name="r.csv", data=ltc.report(session, stays), zone="America/Toronto", by=ltc.by
        )
        attending.import_report(report=draft, sha256=draft.sha256, by=ltc.by)
        with CaptureQueriesContext(connection) as statements:
            ltc.update()
        counts.append(len(statements))
    assert counts == [counts[1]] * 2


def test_database_refuses_changes_to_the_ledger(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    for change in (lambda: CreditEntry.objects.update(credits=1), lambda: CreditEntry.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"session": 6, "follows": None, "credits": D(1)}, "within_minutes"),
        ({"session": 5, "follows": None, "credits": D(0)}, "first_once"),
        ({"session": 6, "kind": "reversal", "credits": D("-0.5")}, "kind_known"),
        ({"session": 6, "kind": "reversal", "credits": D("-0.5"), "reverses": True}, "does not belong"),
        ({"session": 5, "kind": "reversal", "credits": D("-0.25"), "reverses": True}, "does not belong"),
        ({"session": 5, "credits": D("0.25"), "follows": True}, "does not belong"),
    ],
)
def test_database_refuses_a_reversal_that_does_not_match_its_entry(
    ltc: LongTermCare, values: dict[str, object], why: str
) -> None:
    ltc.attend(5, {ltc.ama: 40})
    entry = CreditEntry.objects.get()
    for name in ("reverses", "follows"):
        if values.get(name):
            values[name] = entry
    values["session"] = ltc.sessions[int(str(values["session"])) - 1]
    fields = ("accreditation", "person", "minutes", "session_minutes", "credits_per_hour", "written_at")
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        CreditEntry.objects.create(**{name: getattr(entry, name) for name in fields} | {"code": "earned"} | values)


def test_database_refuses_credits_above_the_maximum_of_the_series(ltc: LongTermCare) -> None:
    ltc.attend_all(ltc.ama)
    last = CreditEntry.objects.get(session__number=13)
    names = ("accreditation", "person", "session", "minutes", "session_minutes", "credits_per_hour", "written_at")
    common = {name: getattr(last, name) for name in names}
    back = CreditEntry.objects.create(**common, credits=0, code="computed-again", kind="reversal", reverses=last)
    CreditEntry.objects.create(**common, credits=D("0.25"), code="earned", follows=back)
    with pytest.raises(IntegrityError, match="the maximum is 12"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
