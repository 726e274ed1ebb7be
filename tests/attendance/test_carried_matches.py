"""A corrected report keeps the decisions by hand about the rows that it shares with the report that it replaces."""

import pytest
from django.urls import reverse

from attendance import actions
from attendance.models import AttendanceRow
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, Stay, register, report

PHONE: Stay = ("iPhone", "", "12:00", "12:30")


def row_of(name: str) -> AttendanceRow:
    """Return the first undecided row with this name in the report that counts."""
    return AttendanceRow.objects.unmatched().filter(name=name).order_by("row")[0]


def match(held: HeldSession, name: str) -> AttendanceRow:
    row = row_of(name)
    actions.match_row(row=row, person=held.luc, remember=False, by=held.by)
    row.refresh_from_db()
    return row


def test_match_by_hand_is_kept_for_an_identical_row(held: HeldSession) -> None:
    ama: Stay = ("Ama", held.ama.email, "12:00", "12:40")
    held.imported(report(ama, PHONE))
    first = match(held, "iPhone")
    other = held.people.coordinator(held.programme.bc)
    for end in ("12:50", "12:55"):
        draft = held.upload(report(PHONE, ("Ama", held.ama.email, "12:00", end)))
        actions.import_report(report=draft, sha256=draft.sha256, by=other)
        assert held.minutes() == {"Ama Okpik": int(end[3:]), "Luc Bélanger": 30}
        kept = draft.rows.get(name="iPhone")
        assert (kept.row, kept.person, kept.matched_by) == (2, held.luc, "carried")
        assert (kept.decided_at, kept.decided_by) == (first.decided_at, held.by)


def test_match_by_hand_is_kept_against_the_address_of_the_row(held: HeldSession) -> None:
    stranger = held.people.stranger
    shared: Stay = ("Clinic", stranger.email, "12:00", "12:30")
    held.imported(report(shared, ("Ama", held.ama.email, "12:00", "12:40")))
    match(held, "Clinic")
    register(stranger, held.session)
    held.imported(report(shared, ("Ama", held.ama.email, "12:00", "12:50")))
    assert held.minutes() == {"Ama Okpik": 50, "Luc Bélanger": 30}


@pytest.mark.parametrize(
    "changed",
    [("iPhone", "", "12:00", "12:31"), ("iPhone 2", "", "12:00", "12:30"), ("iPhone", "a@b.ca", "12:00", "12:30")],
)
def test_match_by_hand_is_not_kept_for_a_different_row(held: HeldSession, changed: Stay) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), PHONE))
    match(held, "iPhone")
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), changed))
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 0}
    assert row_of(changed[0]).decided_by is None


def test_identical_rows_of_two_people_are_kept_in_their_order(held: HeldSession) -> None:
    held.imported(report(PHONE, PHONE, ("Ama", held.ama.email, "12:00", "12:40")))
    match(held, "iPhone")
    held.imported(report(PHONE, PHONE, ("Ama", held.ama.email, "12:00", "12:50")))
    found = AttendanceRow.objects.filter(report__state="imported", name="iPhone").order_by("row")
    assert [row.person for row in found] == [held.luc, None]


def test_match_is_not_kept_if_the_number_of_identical_rows_differs(held: HeldSession) -> None:
    held.imported(report(PHONE, PHONE, ("Ama", held.ama.email, "12:00", "12:40")))
    match(held, "iPhone")
    held.imported(report(PHONE, ("Ama", held.ama.email, "12:00", "12:50")))
    assert row_of("iPhone").person is None


def test_row_that_was_set_aside_stays_set_aside(held: HeldSession) -> None:
    held.imported(report(PHONE, ("Ama", held.ama.email, "12:00", "12:40")))
    actions.set_row_aside(row=row_of("iPhone"), by=held.by)
    held.imported(report(PHONE, ("Ama", held.ama.email, "12:00", "12:50")))
    assert list(AttendanceRow.objects.unmatched()) == []


def test_dry_run_counts_the_decisions_that_are_kept_and_lost(held: HeldSession) -> None:
    held.imported(report(PHONE, ("Hall", "", "12:00", "13:00"), ("Ama", held.ama.email, "12:00", "12:40")))
    match(held, "iPhone")
    actions.set_row_aside(row=row_of("Hall"), by=held.by)
    draft = held.upload(report(PHONE, ("Hall", "", "12:00", "12:59"), ("Ama", held.ama.email, "12:00", "12:50")))
    client = signed_in_client(held.by)
    page = client.get(reverse("admin:attendance_attendanceimport_change", args=(draft.pk,)))
    words = says(page)
    assert "1 decision made by hand is kept, because its row is the same in this report." in words
    assert "1 decision made by hand is not kept, because its row is not the same." in words
    assert "Import the attendance of 2 people" in words
