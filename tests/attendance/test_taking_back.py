"""A wrong match is taken back with a reason: the row waits again, and the minutes are computed again."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from attendance import actions
from attendance.models import AttendanceAlias, AttendanceCorrection, AttendanceRow
from echo_portal.lib.refusals import Refusal
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import DAY, HeldSession, report
from tests.tables import checksums

PHONE = ("Lulu B", "", "12:00", "12:30")


def matched(held: HeldSession, *, remember: bool = False) -> AttendanceRow:
    """Import a report with two rows of the same name, match one of them (or both) to Luc, and return it."""
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), PHONE, ("Lulu B", "", "12:30", "12:45")))
    row = AttendanceRow.objects.unmatched().order_by("row")[0]
    actions.match_row(row=row, person=held.luc, remember=remember, by=held.by)
    row.refresh_from_db()
    return row


def test_row_waits_again_and_the_minutes_are_gone(held: HeldSession) -> None:
    row = matched(held)
    change = actions.take_back_match(row=row, reason=" Another person ", by=held.by)
    assert (change.person, change.rows, change.before, change.after, change.elsewhere) == (held.luc, 1, 30, 0, 0)
    assert held.minutes() == {"Ama Okpik": 40}
    row.refresh_from_db()
    assert (row.person, row.matched_by, row in AttendanceRow.objects.unmatched()) == (None, "", True)
    correction = AttendanceCorrection.objects.get()
    assert (correction.kind, correction.person, correction.made_by, correction.reason) == (
        "match", held.luc, held.by, "Another person"
    )  # fmt: skip
    assert (correction.seconds_before, correction.seconds_after) == (1800, None)
    event = AuditEvent.objects.get(verb="attendance-match-taken-back")
    assert (event.about, event.actor_id) == (f"session:{held.session.pk}", held.by.pk)
    actions.match_row(row=row, person=held.ama, remember=False, by=held.by)
    assert held.minutes() == {"Ama Okpik": 40}


def test_remembered_match_is_forgotten_with_all_rows_of_the_session(held: HeldSession) -> None:
    row = matched(held, remember=True)
    first = held.session
    held.session = held.programme.session(held.series, 2, on_date=DAY)
    held.imported(report(PHONE))
    held.session = first
    change = actions.take_back_match(row=row, reason="Another person", by=held.by)
    assert (change.rows, change.before, change.after, change.elsewhere) == (2, 45, 0, 1)
    assert not AttendanceAlias.objects.exists()
    assert held.minutes() == {"Ama Okpik": 40}


def test_match_by_address_can_be_taken_back_and_is_not_made_again(held: HeldSession) -> None:
    rows = [("Ama", held.ama.email, "12:00", "12:40"), ("Luc", held.luc.email, "12:00", "12:50")]
    held.imported(report(*rows))
    actions.take_back_match(row=AttendanceRow.objects.get(name="Ama"), reason="A colleague", by=held.by)
    draft = held.upload(report(rows[0], ("Luc", held.luc.email, "12:00", "12:55")))
    page = reverse("admin:attendance_attendanceimport_change", args=(draft.pk,))
    assert "What was decided about it was taken back" in says(signed_in_client(held.by).get(page))
    actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
    assert held.minutes() == {"Luc Bélanger": 55}


def test_earlier_correction_still_counts_after_a_match_is_taken_back(held: HeldSession) -> None:
    row = matched(held)
    actions.correct_attendance(session=held.session, person=held.luc, seconds=600, reason="Left early", by=held.by)
    actions.take_back_match(row=row, reason="Another person", by=held.by)
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 10}


def test_row_can_be_matched_to_the_same_person_again(held: HeldSession) -> None:
    row = matched(held)
    actions.match_row(row=AttendanceRow.objects.unmatched().get(), person=held.luc, remember=False, by=held.by)
    actions.take_back_match(row=row, reason="Another person", by=held.by)
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 15}
    actions.match_row(row=row, person=held.luc, remember=False, by=held.by)
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 45}


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "Say why."), ("Wrong", "This row belongs to nobody now.")])
def test_refused_taking_back_saves_nothing(held: HeldSession, reason: str, sentence: str) -> None:
    row = matched(held)
    if reason.strip():
        actions.take_back_match(row=row, reason="First", by=held.by)
    before = checksums()
    with pytest.raises(Refusal, match=sentence):
        actions.take_back_match(row=row, reason=reason, by=held.by)
    assert checksums() == before


def test_name_is_erased_if_the_file_was_erased(held: HeldSession) -> None:
    row = matched(held)
    actions.erase_old_reports(now=timezone.now() + dt.timedelta(days=91))
    actions.take_back_match(row=row, reason="Another person", by=held.by)
    row.refresh_from_db()
    assert (row.name, row.key, row.person) == ("", "", None)


def page_of(held: HeldSession) -> str:
    return reverse("admin:attendance_matches", args=(held.session.pk,))


def test_coordinator_takes_back_a_match_on_the_page_of_matched_rows(held: HeldSession) -> None:
    row = matched(held)
    client = signed_in_client(held.by)
    page = client.get(page_of(held))
    assert [one["name"] for one in page.context["rows"]] == ["Luc Bélanger", "Ama Okpik"]
    for typed, found in (("belanger", ["Luc Bélanger"]), ("lulu b", ["Luc Bélanger"]), ("zoe", [])):
        assert [one["name"] for one in client.get(page_of(held), {"q": typed}).context["rows"]] == found
    assert "Say why." in says(client.post(page_of(held), {"row": row.pk, "reason": ""}, follow=True))
    done = client.post(page_of(held), {"row": row.pk, "reason": "Another person"}, follow=True)
    assert "1 row waits for a decision again. Luc Bélanger: 30 → 0 min." in says(done)
    assert "This row belongs to nobody now." in says(client.post(page_of(held), {"row": "x"}, follow=True))
    desk = says(client.get(reverse("admin:attendance_desk", args=(held.session.pk,))))
    assert "What was decided about it was taken back: a person decides who it is." in desk
    correct = says(client.get(reverse("admin:attendance_correct", args=(held.session.pk, held.luc.pk))))
    assert "Match taken back: 30 → – min. Another person" in correct


def test_matched_rows_of_another_hub_are_not_found(held: HeldSession) -> None:
    row = matched(held)
    stranger: Client = signed_in_client(held.people.coordinator(held.programme.bc))
    own = held.programme.session(held.programme.series("bc", hub=held.programme.bc), 1, on_date=DAY)
    before = checksums()
    data = {"row": row.pk, "reason": "Wrong"}
    assert (stranger.get(page_of(held)).status_code, stranger.post(page_of(held), data).status_code) == (404, 404)
    stranger.post(reverse("admin:attendance_matches", args=(own.pk,)), data)
    assert {**checksums(), "django_session": ""} == {**before, "django_session": ""}
