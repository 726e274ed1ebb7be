"""The attendance pages of a session of the own hub: upload, dry run, import, review desk, roll call, correction."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance import actions
from attendance.models import (
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRow,
    HeaderMapping,
)
from hubs.models import Membership
from registrations.models import Registration
from sessions.models import Session
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.attendance.held_session import HeldSession, register, report
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def desk(held: HeldSession) -> Client:
    return signed_in_client(held.by)


def at(name: str, *numbers: int) -> str:
    return reverse(f"admin:attendance_{name}", args=numbers)


def upload(client: Client, session: Session, data: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("report.csv", data)
    values = {"file": file, "zone": "America/Toronto", "meeting": "", **more}
    return client.post(at("upload", session.pk), values, follow=True)


def test_report_is_uploaded_then_displayed_as_a_dry_run_then_imported(held: HeldSession, desk: Client) -> None:
    page = upload(desk, held.session, held.usual)
    shown = says(page)
    assert "Import the attendance of 1 person" in shown
    assert "2026-02-10 11:50:00 in the report, which is Tue, Feb 10, 11:50 am ET" in shown
    assert "Has no email address: a person decides who it is." in shown
    assert held.minutes() == {}
    draft = AttendanceImport.objects.get()
    done = desk.post(at("attendanceimport_import", draft.pk), {"sha256": draft.sha256}, follow=True)
    assert "1 person attended." in says(done)
    assert held.minutes() == {"Ama Okpik": 40}
    asked = desk.get(at("attendanceimport_undo", draft.pk))
    assert "1 person loses the attendance of this session." in says(asked)
    assert held.minutes() == {"Ama Okpik": 40}, "nothing is undone yet"
    undone = desk.post(at("attendanceimport_undo", draft.pk), follow=True)
    assert "The import is undone" in says(undone)
    assert held.minutes() == {}


def test_import_is_refused_if_the_file_differs_from_the_dry_run(held: HeldSession, desk: Client) -> None:
    draft = held.upload(held.usual)
    before = checksums()
    answer = desk.post(at("attendanceimport_import", draft.pk), {"sha256": "f" * 64}, follow=True)
    assert "This is not the file that was shown" in says(answer)
    assert checksums() == before


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7", "This is a PDF file."),
        (b"", "This file is empty. Choose another."),
        (
            b"First Name,Last Name,Email,Registration Time,Approval Status\nA,B,a@x.org,2026-02-09 10:00,approved\n",
            "This is a registration report, not an attendance report.",
        ),
        (
            report(("Ama", "ama@example.org", "18:00", "19:00")),
            "Nobody was there during the session: the first person joined Tue, Feb 10, 6:00 pm ET",
        ),
    ],
)
def test_invalid_file_displays_the_reason_and_saves_nothing(
    held: HeldSession, desk: Client, data: bytes, sentence: str
) -> None:
    before = checksums()
    answer = upload(desk, held.session, data)
    assert (answer.status_code, sentence in says(answer)) == (422, True)
    assert checksums() == before


def test_file_that_is_too_large_is_not_saved(held: HeldSession, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attendance.admin.records.MAX_BYTES", 1000)
    before = checksums()
    answer = upload(desk, held.session, held.usual * 10)
    assert (answer.status_code, "The file is larger than 32 MB." in says(answer)) == (422, True)
    assert checksums() == before


def test_file_uploaded_by_a_stranger_is_not_read(held: HeldSession) -> None:
    page = at("upload", held.session.pk)
    file = {"file": SimpleUploadedFile("r.csv", held.usual), "zone": "America/Toronto"}
    assert Client().post(page, file).status_code == 302
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = signed_in_client(held.by).cookies
    file = {"file": SimpleUploadedFile("r.csv", held.usual), "zone": "America/Toronto"}
    assert checked.post(page, file).status_code == 403
    assert not AttendanceImport.objects.exists()


def test_mapping_of_unknown_columns_is_saved_for_the_hub(held: HeldSession, desk: Client) -> None:
    data = "Nom,Courriel,Arrivée,Départ\nAma,ama@example.org,2026-02-10 12:00:00,2026-02-10 12:30:00\n".encode()
    answer = upload(desk, held.session, data)
    assert (answer.status_code, "What are these columns?" in says(answer)) == (422, True)
    header = {"map": "yes", "header": ["Nom", "Courriel", "Arrivée", "Départ"]}
    roles = ("name", "email", "join", "leave")
    wrong = desk.post(at("upload", held.session.pk), header | {f"column_{n}": "ignored" for n in range(4)})
    assert (wrong.status_code, "Choose one column each" in says(wrong)) == (422, True)
    desk.post(at("upload", held.session.pk), header | {f"column_{n}": role for n, role in enumerate(roles)})
    mapping = HeaderMapping.objects.get()
    assert (mapping.hub, mapping.columns, mapping.roles) == (
        held.series.hub, ["nom", "courriel", "arrivée", "départ"], list(roles)
    )  # fmt: skip
    assert "Import the attendance of 1 person" in says(upload(desk, held.session, data))
    other = held.programme.series("bc", hub=held.programme.bc)
    elsewhere = held.programme.session(other, 1, on_date=dt.date(2026, 2, 10))
    assert upload(signed_in_client(held.people.staff), elsewhere, data).status_code == 422


def test_review_desk_does_not_preselect_a_person_by_name(held: HeldSession, desk: Client) -> None:
    """Luc, who pressed Join at the start of a row, is listed first. Ama, whose name is in a row, is not preselected."""
    start = held.session.starts_at
    assert start is not None
    actions.record_join(registration=held.luc.registrations.get(), now=start - dt.timedelta(minutes=3))
    held.imported(report(("Ama Okpik", "", "11:58", "12:50"), ("Someone", "", "12:00", "13:00")))
    page = desk.get(at("desk", held.session.pk))
    shown = says(page)
    assert "2 rows wait." in shown
    assert "11:58:00 to 12:50:00, 50 minutes of the session" in shown
    assert [one.person for one in page.context["candidates"]] == [held.luc, held.ama]
    assert "Pressed Join on Feb 10, 2026, 11:57 am ET" in shown
    assert "checked" not in page.content.decode()


def test_assigning_a_row_to_a_person_saves_the_match_for_later_reports(held: HeldSession, desk: Client) -> None:
    held.imported(report(("Lulu B", "", "12:00", "12:30"), ("Lulu B", "", "12:30", "12:50")))
    row = AttendanceRow.objects.unmatched().order_by("pk")[0]
    data = {"row": row.pk, "person": held.luc.pk, "remember": "yes", "act": "give"}
    answer = desk.post(at("desk", held.session.pk), data, follow=True)
    assert "2 rows now belong to Luc Bélanger." in says(answer)
    assert "No row waits for a person." in says(answer)
    assert held.minutes() == {"Luc Bélanger": 50}
    assert AttendanceAlias.objects.get().person == held.luc


def test_row_without_times_is_assigned_with_typed_minutes(held: HeldSession, desk: Client) -> None:
    held.imported(b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAma,ama@example.org,75,Yes\n")
    row = AttendanceRow.objects.unmatched().get()
    assert "Lists 75 minutes without times" in says(desk.get(at("desk", held.session.pk)))
    for minutes, sentence in (("", "Give the minutes."), ("61", "60 minutes; nobody attends longer")):
        data = {"row": row.pk, "person": held.ama.pk, "minutes": minutes, "act": "give"}
        assert sentence in says(desk.post(at("desk", held.session.pk), data, follow=True))
    desk.post(at("desk", held.session.pk), {"row": row.pk, "person": held.ama.pk, "minutes": "55", "act": "give"})
    assert held.minutes() == {"Ama Okpik": 55}
    assert AttendanceCorrection.objects.get().reason.startswith("Row 2 of the report: Lists 75 minutes")


def test_review_desk_search_finds_people_of_the_series_only(held: HeldSession, desk: Client) -> None:
    held.imported(held.usual)
    other = held.programme.series("bc", hub=held.programme.bc)
    register(held.people.stranger, held.programme.session(other, 1))
    for typed, found in (("belanger", [held.luc]), ("luc@", [held.luc]), ("stranger", []), ("sam", [])):
        page = desk.get(at("desk", held.session.pk), {"q": typed})
        assert [one.person for one in page.context["candidates"]] == found


def test_row_cannot_be_assigned_to_a_person_of_another_series(held: HeldSession, desk: Client) -> None:
    held.imported(held.usual)
    row = AttendanceRow.objects.unmatched().get()
    stranger = held.people.stranger
    before = checksums()
    for person in (str(stranger.pk), "", "x", "9" * 30):
        answer = desk.post(at("desk", held.session.pk), {"row": row.pk, "person": person, "act": "give"}, follow=True)
        assert "Choose a person." in says(answer)
    assert checksums() == before


def test_roll_call_can_be_saved_and_undone(held: HeldSession, desk: Client) -> None:
    page = desk.get(at("roll_call", held.session.pk))
    assert [row.person for row in page.context["rows"]] == [held.ama, held.luc]
    answer = desk.post(at("roll_call", held.session.pk), {"present": [held.ama.pk, "x"]}, follow=True)
    assert "1 person was marked present." in says(answer)
    assert held.minutes() == {"Ama Okpik": 60}
    answer = desk.post(at("roll_call", held.session.pk), {"present": [held.luc.pk]}, follow=True)
    assert "1 person was marked present. 1 person is no longer marked present." in says(answer)
    assert held.minutes() == {"Luc Bélanger": 60}


def test_correction_displays_its_author_time_reason_and_both_values(held: HeldSession, desk: Client) -> None:
    held.imported(held.usual)
    here = at("correct", held.session.pk, held.ama.pk)
    for data, sentence in (
        ({"minutes": "50", "reason": ""}, "Fill this in."),
        ({"minutes": "61", "reason": "x"}, "60 minutes; nobody attends longer"),
        ({"minutes": "-1", "reason": "x"}, "Write 0 or more."),
    ):
        answer = desk.post(here, data)
        assert (answer.status_code, sentence in says(answer)) == (422, True)
    desk.post(here, {"minutes": "50", "reason": "Second device"})
    shown = says(desk.get(here))
    assert "The report says 40 minutes." in shown
    assert "Coordinator of national, Correction: 40 → 50 min. Second device" in shown
    assert held.minutes() == {"Ama Okpik": 50}


def test_attendance_is_refused_before_the_session_has_started(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    assert "This session has not started." in says(coordinator_client.get(at("session", session.pk)))
    before = checksums()
    for name in ("upload", "roll_call"):
        data = {"file": SimpleUploadedFile("r.csv", report()), "zone": "America/Toronto", "present": [1]}
        assert "This session has not started." in says(coordinator_client.post(at(name, session.pk), data, follow=True))
    assert checksums() == before


def pages_of(rows: HubRows) -> list[tuple[str, dict[str, Any]]]:
    """Return the URL of every attendance page with valid fields to post to it."""
    session, imported, person = rows[Session].pk, rows[AttendanceImport], rows[Registration].person_id
    row = AttendanceRow.objects.get(report=imported, person=None)
    return [
        (at("session", session), {}),
        (at("upload", session), {"file": SimpleUploadedFile("r.csv", report()), "zone": "America/Toronto"}),
        (at("desk", session), {"row": row.pk, "act": "aside"}),
        (at("desk", session), {"row": row.pk, "person": person, "act": "give"}),
        (at("roll_call", session), {"present": [person]}),
        (at("correct", session, person), {"minutes": "1", "reason": "x"}),
        (at("attendanceimport_import", imported.pk), {"sha256": imported.sha256}),
        (at("attendanceimport_undo", imported.pk), {}),
    ]


def test_attendance_pages_of_another_hub_are_not_found(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    before = checksums()
    for page, data in pages_of(other):
        for answer in (coordinator_client.get(page), coordinator_client.post(page, data)):
            assert (answer.status_code, leaks(answer)) == (404, False), page
    assert checksums() == before


def test_rows_of_another_hub_cannot_be_changed_through_an_own_session(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    """IDs of the other hub's rows and people are posted to the pages of the own session."""
    Session.objects.update(on_date=dt.date(2026, 2, 10))
    for session in Session.objects.all():
        session.save()
    row = AttendanceRow.objects.get(report=other[AttendanceImport], person=None)
    mine = AttendanceRow.objects.get(report=own[AttendanceImport], person=None)
    theirs = other[Registration].person_id
    here = own[Session].pk
    before = checksums()
    for page, data in (
        (at("desk", here), {"row": row.pk, "act": "aside"}),
        (at("desk", here), {"row": row.pk, "person": own[Registration].person_id, "act": "give"}),
        (at("desk", here), {"row": mine.pk, "person": theirs, "act": "give"}),
        (at("roll_call", here), {"present": [own[Registration].person_id, theirs]}),
        (at("correct", here, theirs), {"minutes": "1", "reason": "x"}),
    ):
        answer = coordinator_client.post(page, data, follow=True)
        assert not leaks(answer), page
    assert checksums() == before
    for page in (at("session", here), at("desk", here), at("roll_call", here)):
        assert not leaks(coordinator_client.get(page))


def test_attendance_of_a_joint_series_is_not_found_for_a_partner_hub(held: HeldSession) -> None:
    held.series.partner_hubs.add(held.programme.bc)
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    assert client.get(at("session", held.session.pk)).status_code == 404


def test_attendance_is_not_found_for_an_evaluator_or_staff_without_a_hub(held: HeldSession) -> None:
    evaluator = held.people.make("evaluator@example.org", "Evaluator", is_staff=True)
    Membership.objects.create(person=evaluator, hub=held.series.hub, role=Membership.Role.EVALUATOR)
    without_hub = held.people.make("nobody@example.org", "No Hub", is_staff=True)
    for person in (evaluator, without_hub):
        assert signed_in_client(person).get(at("session", held.session.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 300])
def test_session_page_query_count_is_constant(held: HeldSession, desk: Client, number: int) -> None:
    now = timezone.now()
    people = [held.people.make(f"n{n}@example.org", f"N {n}", proved=False) for n in range(number)]
    Registration.objects.bulk_create(
        Registration(person=one, session=held.session, state="registered", registered_at=now, changed_at=now)
        for one in people
    )
    desk.get(at("session", held.session.pk))
    with CaptureQueriesContext(connection) as seen:
        assert desk.get(at("session", held.session.pk)).status_code == 200
    assert len(seen) == SESSION_PAGE


SESSION_PAGE = 15


@pytest.mark.parametrize("language", ["en", "fr"])
def test_attendance_pages_are_in_the_language_of_the_person(held: HeldSession, desk: Client, language: str) -> None:
    held.imported(held.usual)
    headings = {"en": ("Attendance", "Review desk", "Roll call"), "fr": ("Présences", "Lignes à vérifier", "Appel")}
    for name, heading in zip(("session", "desk", "roll_call"), headings[language], strict=True):
        page = desk.get(at(name, held.session.pk), headers={"accept-language": language})
        assert f"<h1>{heading}</h1>" in page.content.decode()


def test_page_before_undoing_counts_what_changes_and_saves_nothing(held: HeldSession, desk: Client) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40"), ("Luc", held.luc.email, "12:00", "13:00")))
    second = held.imported(report(("Ama", held.ama.email, "12:00", "12:50"), ("Other", "", "12:00", "13:00")))
    row = AttendanceRow.objects.unmatched().get()
    actions.match_row(row=row, person=held.luc, remember=False, by=held.by)
    before = checksums()
    words = says(desk.get(at("attendanceimport_undo", second.pk)))
    assert checksums() == before
    assert [line in words for line in (
        "1 person has other minutes.",
        "1 match made by hand is undone.",
        "The report before it counts again: report.csv.",
        "loses the attendance",
    )] == [True, True, True, False]  # fmt: skip
