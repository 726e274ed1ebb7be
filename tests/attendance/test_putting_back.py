"""A row that was set aside by mistake is put back, and waits on the review desk again."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from accounts.sentences import event_sentence
from attendance import actions
from attendance.models import AttendanceCorrection, AttendanceRow
from attendance.queries.matching import rows_to_decide
from echo_portal.lib.refusals import Refusal
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import DAY, HeldSession, report
from tests.tables import checksums

PHONE = ("iPhone", "", "12:00", "12:30")


def aside(held: HeldSession) -> AttendanceRow:
    """Import a report, set the row of the telephone aside, and return it."""
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), PHONE))
    row = AttendanceRow.objects.unmatched().get()
    actions.set_row_aside(row=row, by=held.by)
    return row


def page_of(held: HeldSession) -> str:
    return reverse("admin:attendance_set_aside", args=(held.session.pk,))


def test_row_that_is_put_back_can_be_matched(held: HeldSession) -> None:
    row = aside(held)
    actions.put_row_back(row=row, by=held.by)
    assert rows_to_decide().get() == row
    event = AuditEvent.objects.get(verb="attendance-row-put-back")
    assert (event.about, event.actor_id, event.details) == (f"session:{held.session.pk}", held.by.pk, {"row": row.pk})
    with translation.override("fr"):
        words = "Une ligne du rapport de présence qui avait été mise de côté est de nouveau à vérifier."
        assert event_sentence(event.verb, event.details) == words
    actions.match_row(row=row, person=held.luc, remember=False, by=held.by)
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 30}


def test_second_undo_is_refused_and_saves_nothing(held: HeldSession) -> None:
    row = aside(held)
    actions.put_row_back(row=row, by=held.by)
    before = checksums()
    with pytest.raises(Refusal, match="not set aside now"):
        actions.put_row_back(row=row, by=held.by)
    assert checksums() == before


@pytest.mark.parametrize("change", ["erased", "undone"])
def test_row_of_an_erased_or_undone_report_is_not_put_back(held: HeldSession, change: str) -> None:
    row = aside(held)
    if change == "erased":
        actions.erase_old_reports(now=timezone.now() + dt.timedelta(days=91))
    else:
        actions.undo_import(report=row.report, by=held.by)
        AttendanceRow.objects.filter(pk=row.pk).update(set_aside_at=timezone.now())
    row.refresh_from_db()
    with pytest.raises(Refusal, match={"erased": "is erased", "undone": "not set aside now"}[change]):
        actions.put_row_back(row=row, by=held.by)


def test_row_whose_match_was_taken_back_stays_undecided_in_a_corrected_report(held: HeldSession) -> None:
    rows = [("Ama", held.ama.email, "12:00", "12:40"), ("Luc", held.luc.email, "12:00", "12:50")]
    held.imported(report(*rows))
    row = AttendanceRow.objects.get(name="Ama")
    actions.take_back_match(row=row, reason="A colleague", by=held.by)
    actions.set_row_aside(row=row, by=held.by)
    actions.put_row_back(row=row, by=held.by)
    held.imported(report(rows[0], ("Luc", held.luc.email, "12:00", "12:55")))
    assert held.minutes() == {"Luc Bélanger": 55}
    assert rows_to_decide().get().name == "Ama"


def test_minutes_that_were_given_for_a_row_stay(held: HeldSession) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), ("Hall", "", "13:00", "12:00")))
    row = AttendanceRow.objects.unmatched().get()
    actions.give_minutes(row=row, person=held.luc, minutes=20, by=held.by)
    actions.put_row_back(row=row, by=held.by)
    assert (held.minutes(), AttendanceCorrection.objects.count()) == ({"Ama Okpik": 40, "Luc Bélanger": 20}, 1)


def test_coordinator_puts_a_row_back_on_its_page(held: HeldSession) -> None:
    row = aside(held)
    client = signed_in_client(held.by)
    assert page_of(held) in client.get(reverse("admin:attendance_desk", args=(held.session.pk,))).content.decode()
    page = says(client.get(page_of(held)))
    assert (row.name in page, f"Put back row {row.row}" in page) == (True, True)
    done = client.post(page_of(held), {"row": row.pk}, follow=True)
    assert f"Row {row.row} waits for a decision again." in says(done)
    assert "No row was set aside." in says(done)
    assert "This row is not set aside now." in says(client.post(page_of(held), {"row": "x"}, follow=True))
    desk = says(client.get(reverse("admin:attendance_desk", args=(held.session.pk,))))
    assert "What was decided about it was taken back: a person decides who it is." in desk


def test_rows_of_another_hub_are_not_put_back(held: HeldSession) -> None:
    row = aside(held)
    stranger: Client = signed_in_client(held.people.coordinator(held.programme.bc))
    own = held.programme.session(held.programme.series("bc", hub=held.programme.bc), 1, on_date=DAY)
    before = checksums()
    data = {"row": row.pk}
    assert (stranger.get(page_of(held)).status_code, stranger.post(page_of(held), data).status_code) == (404, 404)
    stranger.post(reverse("admin:attendance_set_aside", args=(own.pk,)), data)
    assert {**checksums(), "django_session": ""} == {**before, "django_session": ""}
