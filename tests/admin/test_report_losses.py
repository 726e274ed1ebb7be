"""Before and after a report is imported or undone, the pages name who loses minutes or a certificate."""

import pytest
from django.test import Client
from django.urls import reverse

from attendance import actions as attending
from attendance.models import AttendanceImport
from credits import actions
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, register, report
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    return LongTermCare(programme, people, sessions=2)


@pytest.fixture
def desk(ltc: LongTermCare) -> Client:
    return signed_in_client(ltc.by)


def dry_run(ltc: LongTermCare, minutes: int) -> str:
    """Upload a report in which Ama attends session 1 for so many minutes. Return the URL of the dry run."""
    data = ltc.report(ltc.sessions[0], {ltc.ama: minutes})
    draft = attending.upload_report(
        session=ltc.sessions[0], file_name="second.csv", data=data, zone="America/Toronto", by=ltc.by
    )
    return reverse("admin:attendance_attendanceimport_change", args=(draft.pk,))


def test_dry_run_names_who_loses_minutes_or_a_certificate(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(1, {ltc.ama: 60, ltc.luc: 45})
    ltc.attend(2, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    page = dry_run(ltc, 30)
    before = checksums()
    words = says(desk.get(page))
    assert checksums() == before
    assert "2 people lose minutes or a certificate:" in words
    assert "Ama Okpik: 60 → 30 min, certificate replaced" in words
    assert "Luc Bélanger: 45 → 0 min, certificate revoked" in words
    revoked = "1 certificate is revoked, and its public page says so. "
    assert f"{revoked}If the attendance counts again later, a new one is issued." in words
    french = says(desk.get(page, headers={"accept-language": "fr"}))
    assert "2 personnes perdent des minutes ou une attestation :" in french
    assert "Luc Bélanger : 45 → 0 min, attestation révoquée" in french


def test_dry_run_by_which_nobody_loses_anything_names_nobody(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(1, {ltc.ama: 30})
    assert "minutes or a certificate" not in says(desk.get(dry_run(ltc, 60)))


def test_dry_run_that_cannot_be_imported_says_why_without_a_button(held: HeldSession) -> None:
    held.imported(held.usual)
    draft = held.upload(report(("Zoé", "zoe@example.com", "12:00", "13:00")))
    page = reverse("admin:attendance_attendanceimport_change", args=(draft.pk,))
    words = says(signed_in_client(held.by).get(page))
    assert "No row of this report belongs to anybody in the series" in words
    assert "Import the attendance of" not in words


def test_undoing_names_who_loses_minutes_before_and_after(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(1, {ltc.ama: 60, ltc.luc: 45})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    page = reverse("admin:attendance_attendanceimport_undo", args=(AttendanceImport.objects.live().get().pk,))
    words = says(desk.get(page))
    assert "Ama Okpik: 60 → 0 min, certificate revoked" in words
    assert "Luc Bélanger: 45 → 0 min, certificate revoked" in words
    done = says(desk.post(page, follow=True))
    assert (
        "2 people lost minutes or a certificate (Ama Okpik: 60 → 0 min, certificate revoked; "
        "Luc Bélanger: 45 → 0 min, certificate revoked)."
    ) in done


def test_ten_people_are_named_and_the_others_counted(held: HeldSession) -> None:
    people = [held.people.make(f"p{n}@example.org", f"Person {n:02}") for n in range(12)]
    for person in people:
        register(person, held.session)
    first = held.imported(report(*((one.name, one.email, "12:00", "13:00") for one in people)))
    page = reverse("admin:attendance_attendanceimport_undo", args=(first.pk,))
    words = says(signed_in_client(held.by).get(page))
    assert "Person 09: 60 → 0 min" in words
    assert "Person 10" not in words
    assert "and 2 more people" in words
