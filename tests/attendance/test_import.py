"""An import counts once and completely. A corrected report replaces it, and undoing it restores all rows (F24, F25)."""

import datetime as dt
import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from attendance import actions
from attendance.actions import adding_up
from attendance.models import Attendance, AttendanceImport, AttendanceRow
from attendance.reading.intervals import in_window, seconds
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.tables.refused import RefusedTableError
from hubs.models import Membership
from tests.attendance.held_session import DAY, HEADER, HeldSession, register, report
from tests.tables import checksums

State = AttendanceImport.State


def tables() -> dict[str, str]:
    return {name: rows for name, rows in checksums().items() if name.startswith("attendance_")}


def test_dry_run_saves_no_attendance(held: HeldSession) -> None:
    draft = held.upload(held.usual)
    assert (draft.state, draft.layout, draft.counted, draft.to_decide) == (State.DRAFT, "Z-M1", 2, 0)
    found = draft.rows.filter(person=None).values_list("row", "name", "outcome")
    assert list(found) == [(2, "Ama O", "counted"), (3, "iPhone", "counted")]
    assert held.minutes() == {}


def test_import_counts_the_people_of_the_series(held: HeldSession) -> None:
    done = held.imported(held.usual)
    row = Attendance.objects.confirmed().get()
    assert (row.person, row.session, row.seconds, row.window_seconds) == (held.ama, held.session, 2400, 3600)
    assert (row.source, row.role, row.report, row.confirmed_by) == ("report", "attendee", done, held.by)
    assert row.registration == held.ama.registrations.get()
    assert list(AttendanceRow.objects.unmatched().values_list("name", flat=True)) == ["iPhone"]
    event = AuditEvent.objects.get(verb="attendance-report-imported")
    assert (event.about, event.scope_id) == (f"session:{held.session.pk}", held.series.hub_id)


def test_people_of_other_series_are_not_matched(held: HeldSession) -> None:
    other = held.programme.series("bc-series", hub=held.programme.bc)
    register(held.people.stranger, held.programme.session(other, 1, on_date=DAY))
    held.imported(report(("Sam", held.people.stranger.email, "12:00", "13:00")))
    assert held.minutes() == {}


def test_name_alone_is_never_matched(held: HeldSession) -> None:
    held.imported(report((held.ama.name, "", "12:00", "13:00")))
    assert held.minutes() == {}


def test_confirmation_of_another_file_is_refused(held: HeldSession) -> None:
    first = held.upload(held.usual)
    before = tables()
    with pytest.raises(Refusal, match="not the file that was shown"):
        actions.import_report(report=first, sha256="0" * 64, by=held.by)
    assert tables() == before


def test_new_dry_run_replaces_the_old_one(held: HeldSession) -> None:
    first = held.upload(held.usual)
    second = held.upload(report(("Luc", held.luc.email, "12:00", "12:30")))
    assert list(AttendanceImport.objects.all()) == [second]
    with pytest.raises(AttendanceImport.DoesNotExist):
        actions.import_report(report=first, sha256=first.sha256, by=held.by)


def test_dry_run_of_a_session_that_moved_is_refused(held: HeldSession) -> None:
    draft = held.upload(held.usual)
    held.session.start_time = dt.time(11)
    held.session.save()
    with pytest.raises(Refusal, match="moved since"):
        actions.import_report(report=draft, sha256=draft.sha256, by=held.by)


def test_repeated_import_changes_nothing(held: HeldSession) -> None:
    done = held.imported(held.usual)
    before = checksums()
    assert held.upload(held.usual) == done
    actions.import_report(report=done, sha256=done.sha256, by=held.by)
    assert checksums() == before


def test_corrected_report_replaces_the_first_and_adds_no_minutes(held: HeldSession) -> None:
    first = held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), ("Luc", held.luc.email, "12:00", "13:00")))
    second = held.imported(report(("Ama", held.ama.email, "12:00", "12:50")))
    assert held.minutes() == {"Ama Okpik": 50, "Luc Bélanger": 0}
    first.refresh_from_db()
    assert (first.state, first.superseded_by, second.state) == (State.SUPERSEDED, second, State.IMPORTED)
    assert [row.person for row in Attendance.objects.confirmed()] == [held.ama]


def test_undoing_an_import_restores_the_tables(held: HeldSession) -> None:
    draft = held.upload(held.usual)
    before = tables()
    actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
    assert tables() != before
    actions.undo_import(report=draft, by=held.by)
    assert tables() == before
    assert AuditEvent.objects.filter(verb="attendance-import-undone").count() == 1


def test_undoing_a_corrected_report_restores_the_first_report(held: HeldSession) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), ("Luc", held.luc.email, "12:00", "13:00")))
    actions.correct_attendance(session=held.session, person=held.luc, seconds=60, reason="Left at once", by=held.by)
    second = held.upload(report(("Ama", held.ama.email, "12:00", "12:50"), ("Other", "", "12:00", "13:00")))
    before = tables()
    actions.import_report(report=second, sha256=second.sha256, by=held.by)
    row = AttendanceRow.objects.unmatched().get()
    actions.match_row(row=row, person=held.luc, remember=False, by=held.by)
    assert held.minutes() == {"Ama Okpik": 50, "Luc Bélanger": 1}
    actions.undo_import(report=second, by=held.by)
    assert tables() == before


def test_report_that_was_replaced_cannot_be_undone(held: HeldSession) -> None:
    first = held.imported(held.usual)
    held.imported(report(("Ama", held.ama.email, "12:00", "12:50")))
    before = checksums()
    with pytest.raises(Refusal, match="Only the report that counts"):
        actions.undo_import(report=first, by=held.by)
    assert checksums() == before


def test_presenters_and_members_of_the_hub_are_not_learners(held: HeldSession) -> None:
    Membership.objects.create(person=held.luc, hub=held.series.hub, role=Membership.Role.FACILITATOR)
    held.imported(report(("Ama", held.ama.email, "12:00", "13:00"), ("Luc", held.luc.email, "12:00", "13:00")))
    assert {row.person: row.role for row in Attendance.objects.all()} == {held.ama: "attendee", held.luc: "team"}
    assert [row.person for row in Attendance.objects.learners()] == [held.ama]


def test_sql_and_python_compute_the_same_attendance(held: HeldSession) -> None:
    """SQL handles repeated stays, gaps and duplicate rows in the same way as `attendance.reading.intervals`."""
    dice = random.Random(1)
    registered = [held.people.make(f"p{n}@example.org", f"P {n}") for n in range(40)]
    stays: dict[str, list[tuple[int, int]]] = {}
    lines = [HEADER]
    for person in registered:
        register(person, held.session)
        for _stay in range(dice.randrange(1, 7)):
            start = dice.randrange(-900, 3700)
            end = start + dice.choice([0, 1, 30, 60, 61, 600, 1800, 3600])
            for _copy in range(dice.choice([1, 1, 2])):
                stays.setdefault(person.name, []).append((start, end))
                moments = [dt.datetime.combine(DAY, dt.time(12)) + dt.timedelta(seconds=at) for at in (start, end)]
                lines.append(f"{person.name},{person.email},{moments[0]},{moments[1]},\n")
    dice.shuffle(lines[1:])
    held.imported("".join(lines).encode())
    expected = {name: seconds(in_window(spans, 0, 3600)) for name, spans in stays.items()}
    found = {row.person.name: row.seconds for row in Attendance.objects.select_related("person")}
    assert found == {name: count for name, count in expected.items() if name in found}
    assert {name for name, count in expected.items() if count} <= set(found)


def test_import_needs_the_same_number_of_statements_for_one_or_many_rows(held: HeldSession) -> None:
    strangers = ((f"P {n}", f"p{n}@example.org", "12:00", "13:00") for n in range(300))
    one = ("Ama", held.ama.email, "12:00", "12:50")
    held.imported(held.usual)
    counts = []
    for data in (report(one), report(one, *strangers)):
        draft = held.upload(data)
        with CaptureQueriesContext(connection) as statements:
            actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
        counts.append(len(statements))
    assert counts == [counts[0]] * 2


def test_error_during_an_import_saves_nothing(held: HeldSession, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = held.upload(held.usual)
    before = checksums()
    monkeypatch.setattr(adding_up, "ADD_UP", adding_up.ADD_UP.replace("GREATEST(0,", "GREATEST(9999,"))
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
    assert checksums() == before


def test_refused_file_saves_nothing(held: HeldSession) -> None:
    before = checksums()
    with pytest.raises(RefusedTableError, match="unknown-header"):
        held.upload(b"Wer,Kam,Ging\nA,2026-02-10 12:00:00,2026-02-10 13:00:00\n")
    assert checksums() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "cancelled"}, "This session was cancelled"),
        ({"on_date": dt.date(2030, 1, 1)}, "has not started"),
        ({"start_time": None, "end_time": None}, "has no hours"),
    ],
)
def test_report_for_a_session_that_takes_no_attendance_is_refused(
    held: HeldSession, fields: dict[str, object], sentence: str
) -> None:
    for name, value in fields.items():
        setattr(held.session, name, value)
    held.session.save()
    with pytest.raises(Refusal, match=sentence):
        held.upload(held.usual)


def test_database_refuses_an_attendance_longer_than_the_session(held: HeldSession) -> None:
    held.imported(held.usual)
    for values in ({"reported_seconds": 3601, "seconds": 3601}, {"seconds": 2401}, {"source": "roll-call"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.update(**values)


def test_file_is_erased_after_90_days_and_attendances_are_kept(held: HeldSession) -> None:
    done = held.imported(held.usual)
    now = timezone.now()
    assert actions.erase_old_reports(now=now + dt.timedelta(days=89)) == (0, 0)
    assert actions.erase_old_reports(now=now + dt.timedelta(days=91)) == (1, 0)
    done.refresh_from_db()
    assert (done.file, done.file_erased_at) == (None, now + dt.timedelta(days=91))
    assert list(done.rows.values_list("name", "email")) == [("Ama O", "ama@example.org"), ("", "")]
    assert held.minutes() == {"Ama Okpik": 40}
    assert actions.erase_old_reports(now=now + dt.timedelta(days=92)) == (0, 0)


def test_dry_run_is_deleted_after_90_days(held: HeldSession) -> None:
    held.upload(held.usual)
    assert actions.erase_old_reports(now=timezone.now() + dt.timedelta(days=91)) == (0, 1)
    assert not AttendanceRow.objects.exists()


def test_report_without_times_cannot_replace_one_that_counts(held: HeldSession) -> None:
    held.imported(report(("Ama Okpik", "ama@example.org", "12:00", "13:00")))
    before = held.minutes()
    totals = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAma Okpik,ama@example.org,75,No\n"
    with pytest.raises(Refusal, match="No row of this report has times that can be counted"):
        held.imported(totals)
    assert (held.minutes(), sum(before.values())) == (before, 60)


def test_report_of_strangers_cannot_replace_one_that_counts(held: HeldSession) -> None:
    held.imported(held.usual)
    strangers = held.upload(report(("Zoé", "zoe@example.com", "12:00", "13:00"), ("Phone", "", "12:00", "13:00")))
    before = checksums()
    with pytest.raises(Refusal, match="No row of this report belongs to anybody in the series"):
        actions.import_report(report=strangers, sha256=strangers.sha256, by=held.by)
    assert (checksums(), held.minutes()) == (before, {"Ama Okpik": 40})


def test_report_of_strangers_can_replace_a_report_of_strangers(held: HeldSession) -> None:
    first = held.imported(report(("Zoé", "zoe@example.com", "12:00", "13:00")))
    second = held.imported(report(("Zoé", "zoe@example.com", "12:00", "12:50")))
    first.refresh_from_db()
    assert (first.superseded_by, held.minutes()) == (second, {})
