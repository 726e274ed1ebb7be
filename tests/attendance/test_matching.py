"""A coordinator matches rows to people. A match can be remembered for the series, and corrections keep their reason."""

import pytest

from attendance import actions
from attendance.models import Attendance, AttendanceAlias, AttendanceCorrection, AttendanceRow, JoinClick
from echo_portal.lib.refusals import Refusal
from tests.attendance.held_session import DAY, HeldSession, register, report
from tests.tables import checksums


def open_rows() -> list[str]:
    return [row.name for row in AttendanceRow.objects.unmatched()]


def test_match_by_hand_counts_at_once(held: HeldSession) -> None:
    held.imported(report(("Lulu B", "", "12:00", "12:30"), ("Lulu B", "", "12:30", "13:00")))
    row = AttendanceRow.objects.unmatched().order_by("row")[0]
    assert actions.match_row(row=row, person=held.luc, remember=False, by=held.by) == 1
    assert (held.minutes(), open_rows()) == ({"Luc Bélanger": 30}, ["Lulu B"])
    row.refresh_from_db()
    assert (row.person, row.matched_by, row.decided_by) == (held.luc, "hand", held.by)


def test_remembered_match_applies_to_all_rows_of_the_name_and_later_sessions(held: HeldSession) -> None:
    held.imported(report(("Lulu B", "", "12:00", "12:30"), ("Lulu B", "", "12:30", "13:00")))
    row = AttendanceRow.objects.unmatched().order_by("row")[0]
    assert actions.match_row(row=row, person=held.luc, remember=True, by=held.by) == 2
    assert held.minutes() == {"Luc Bélanger": 60}
    assert AttendanceAlias.objects.get().key == "name:lulu b"
    held.session = held.programme.session(held.series, 2, on_date=DAY)
    held.imported(report(("LULU B", "", "12:00", "12:45")))
    assert held.minutes() == {"Luc Bélanger": 45}
    assert AttendanceRow.objects.get(report__session=held.session).matched_by == "alias"


def test_remembered_match_is_not_used_in_another_series(held: HeldSession) -> None:
    held.imported(report(("Lulu B", "", "12:00", "12:30")))
    actions.match_row(row=AttendanceRow.objects.get(), person=held.luc, remember=True, by=held.by)
    other = held.programme.series("heart")
    held.session = held.programme.session(other, 1, on_date=DAY)
    register(held.luc, held.session)
    held.imported(report(("Lulu B", "", "12:00", "12:45")))
    assert held.minutes() == {}


def test_overlapping_stays_of_two_devices_count_once(held: HeldSession) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "13:00"), ("iPad", "", "12:10", "12:50")))
    actions.match_row(row=AttendanceRow.objects.unmatched().get(), person=held.ama, remember=False, by=held.by)
    assert held.minutes() == {"Ama Okpik": 60}


def test_match_to_a_person_outside_the_series_is_refused(held: HeldSession) -> None:
    held.imported(held.usual)
    before = checksums()
    with pytest.raises(Refusal, match="not registered in the series"):
        actions.match_row(
            row=AttendanceRow.objects.unmatched().get(), person=held.people.stranger, remember=True, by=held.by
        )
    assert checksums() | {"accounts_person": ""} == before | {"accounts_person": ""}


def test_second_decision_about_a_row_is_refused(held: HeldSession) -> None:
    held.imported(held.usual)
    row = AttendanceRow.objects.unmatched().get()
    actions.set_row_aside(row=row, by=held.by)
    assert open_rows() == []
    for again in (
        lambda: actions.match_row(row=row, person=held.luc, remember=False, by=held.by),
        lambda: actions.set_row_aside(row=row, by=held.by),
    ):
        with pytest.raises(Refusal, match="decided since"):
            again()


def test_correction_saves_who_when_why_before_and_after(held: HeldSession) -> None:
    held.imported(held.usual)
    actions.correct_attendance(
        session=held.session, person=held.ama, seconds=3000, reason=" Second device ", by=held.by
    )
    row = AttendanceCorrection.objects.get()
    assert (row.person, row.made_by, row.reason, row.seconds_before, row.seconds_after) == (
        held.ama, held.by, "Second device", 2400, 3000
    )  # fmt: skip
    found = Attendance.objects.get(person=held.ama)
    assert (found.seconds, found.reported_seconds, found.source) == (3000, 2400, "correction")
    actions.correct_attendance(session=held.session, person=held.ama, seconds=None, reason="Mistake", by=held.by)
    assert held.minutes() == {"Ama Okpik": 40}
    assert AttendanceCorrection.objects.count() == 2


def test_correction_is_kept_when_a_corrected_report_is_imported(held: HeldSession) -> None:
    held.imported(held.usual)
    actions.correct_attendance(session=held.session, person=held.ama, seconds=3000, reason="Telephone", by=held.by)
    held.imported(report(("Ama", held.ama.email, "12:00", "12:10")))
    assert held.minutes() == {"Ama Okpik": 50}


@pytest.mark.parametrize(("seconds", "reason", "sentence"), [(60, " ", "Say why"), (3601, "x", "60 minutes")])
def test_correction_without_reason_or_longer_than_the_session_is_refused(
    held: HeldSession, seconds: int, reason: str, sentence: str
) -> None:
    before = checksums()
    with pytest.raises(Refusal, match=sentence):
        actions.correct_attendance(session=held.session, person=held.ama, seconds=seconds, reason=reason, by=held.by)
    assert checksums() == before


def test_roll_call_counts_the_whole_session_and_can_be_undone(held: HeldSession) -> None:
    assert actions.take_roll_call(session=held.session, present={held.ama.pk, held.luc.pk}, by=held.by) == (2, 0)
    assert held.minutes() == {"Ama Okpik": 60, "Luc Bélanger": 60}
    assert actions.take_roll_call(session=held.session, present={held.ama.pk}, by=held.by) == (0, 1)
    assert held.minutes() == {"Ama Okpik": 60}
    before = checksums()
    assert actions.take_roll_call(session=held.session, present={held.ama.pk}, by=held.by) == (0, 0)
    assert checksums() == before


def test_roll_call_accepts_only_registrants(held: HeldSession) -> None:
    assert actions.take_roll_call(session=held.session, present={held.people.stranger.pk}, by=held.by) == (0, 0)


def test_minutes_of_a_report_replace_those_of_a_roll_call(held: HeldSession) -> None:
    actions.take_roll_call(session=held.session, present={held.ama.pk, held.luc.pk}, by=held.by)
    held.imported(held.usual)
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 60}


def test_repeated_presses_of_join_are_saved_in_one_row(held: HeldSession) -> None:
    place = held.ama.registrations.get()
    assert held.session.starts_at is not None
    assert held.session.ends_at is not None
    for moment in (held.session.starts_at, held.session.ends_at, held.session.starts_at):
        actions.record_join(registration=place, now=moment)
    click = JoinClick.objects.get()
    assert (click.first_at, click.last_at, click.times) == (held.session.starts_at, held.session.ends_at, 3)


@pytest.mark.parametrize("name", ["iPhone", "iPhone (2)", "Galaxy S21", "Zoom user", "SAMSUNG 12", "Téléphone"])
def test_name_of_a_device_is_not_remembered(held: HeldSession, name: str) -> None:
    held.imported(report((name, "", "12:00", "12:30")))
    row = AttendanceRow.objects.get()
    with pytest.raises(Refusal, match="the name of a device"):
        actions.match_row(row=row, person=held.luc, remember=True, by=held.by)
    assert AttendanceAlias.objects.count() == 0
    assert actions.match_row(row=row, person=held.luc, remember=False, by=held.by) == 1


def test_name_that_two_people_have_is_not_remembered(held: HeldSession) -> None:
    other = held.people.make("other@example.org", "Luc Bélanger")
    register(other, held.session)
    held.imported(report(("LUC BELANGER", "", "12:00", "12:30")))
    with pytest.raises(Refusal, match="Somebody else in the series has this name"):
        actions.match_row(row=AttendanceRow.objects.get(), person=held.luc, remember=True, by=held.by)


def test_remembered_name_is_not_used_after_a_person_with_this_name_registers(held: HeldSession) -> None:
    held.imported(report(("Luc Bélanger", "", "12:00", "12:30")))
    actions.match_row(row=AttendanceRow.objects.get(), person=held.luc, remember=True, by=held.by)
    held.session = held.programme.session(held.series, 2, on_date=DAY)
    register(held.people.make("other@example.org", "Luc Belanger"), held.session)
    held.imported(report(("Luc Bélanger", "", "12:00", "12:45")))
    assert (held.minutes(), open_rows()) == ({}, ["Luc Bélanger"])
