"""A person has at most one valid certificate for a series. It never changes, but can be replaced or revoked."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance import actions as attending
from attendance.models import AttendanceImport
from credits import actions
from credits.actions.rendering import render_certificates
from credits.certificates.sheet import sheet, sheet_html
from credits.links import own_file_path
from credits.models import MOST_ATTEMPTS, Accreditation, Certificate
from credits.own_credits import OwnCertificate, own_credits
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from tests.attendance.held_session import register
from tests.credits.ltc import LongTermCare
from tests.tables import checksums

State = Certificate.State
D = Decimal


def issue(ltc: LongTermCare) -> actions.Plan:
    return actions.issue_certificates(series=ltc.series, by=ltc.by)


def lines(certificate: Certificate) -> dict[int, tuple[Any, ...]]:
    return {row["number"]: (row["minutes"], *row["credits"].values()) for row in certificate.printed}


def test_dry_run_and_second_issue_save_nothing(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    before = checksums()
    assert actions.plan_certificates(ltc.series).count == 1
    assert checksums() == before
    assert issue(ltc).count == 1
    assert (issue(ltc).count, issue(ltc).unchanged) == (0, 1)
    assert lines(Certificate.objects.get()) == {5: (40, "0.5")}


def test_next_issue_adds_the_sessions_attended_since(ltc: LongTermCare) -> None:
    ltc.attend(1, {ltc.ama: 60})
    issue(ltc)
    ltc.attend(2, {ltc.ama: 30})
    assert Certificate.objects.count() == 1  # no email for each session
    issue(ltc)
    old, new = Certificate.objects.order_by("pk")
    assert (old.state, new.state, new.replaces) == (State.REPLACED, State.VALID, old)
    assert lines(new) == {1: (60, "1"), 2: (30, "0.5")}


def test_undoing_the_only_report_revokes_the_certificate(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    attending.undo_import(report=AttendanceImport.objects.live().get(), by=ltc.by)
    ltc.update()
    row = Certificate.objects.get()
    assert (row.state, row.revoked_by, row.revoked_because) == (State.REVOKED, None, "The attendance was taken back.")


def test_undoing_one_of_several_reports_replaces_the_certificate(ltc: LongTermCare) -> None:
    ltc.attend(1, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    report = AttendanceImport.objects.live().get(session=ltc.sessions[4])
    attending.undo_import(report=report, by=ltc.by)
    ltc.update()
    assert [lines(row) for row in Certificate.objects.valid()] == [{1: (60, "1")}]


def test_late_attendance_does_not_change_the_certificate(ltc: LongTermCare) -> None:
    for number in range(2, 14):
        attending.correct_attendance(
            session=ltc.sessions[number - 1], person=ltc.ama, seconds=3600, reason="List", by=ltc.by
        )
    ltc.update()
    issue(ltc)
    ltc.attend(1, {ltc.ama: 60})
    assert ltc.credits(ltc.ama) == {1: D(0)} | {number: D(1) for number in range(2, 14)}
    assert Certificate.objects.valid().get().issued_by == ltc.by


def test_certificate_without_accreditation_has_no_credits(ltc: LongTermCare) -> None:
    Accreditation.objects.all().delete()
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    row = Certificate.objects.get()
    assert (row.values["records"], lines(row)) == ([], {5: (40,)})
    ltc.attend(5, {ltc.ama: 45})
    assert [lines(row) for row in Certificate.objects.valid()] == [{5: (45,)}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"name": "Ama 漢"}, "no-characters"), ({"name": "", "certificate_name": " "}, "no-name")],
)
def test_certificate_is_blocked_if_the_fonts_lack_a_character_of_the_name(
    ltc: LongTermCare, change: dict[str, str], reason: str
) -> None:
    ltc.attend(5, {ltc.ama: 40})
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(**change)
    plan = issue(ltc)
    assert (plan.count, plan.blocked) == (0, {reason: 1})


def test_statement_of_pharmacy_needs_a_licence_number_and_prints_it(ltc: LongTermCare) -> None:
    Accreditation.objects.update(scheme="pharmacy")
    ltc.attend(5, {ltc.ama: 40})
    assert (issue(ltc).blocked, own_credits(ltc.ama, [], "en").needs_licence) == ({"no-licence": 1}, True)
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(licence_number="OCP 61234")
    ltc.ama.refresh_from_db()
    plan = issue(ltc)
    assert (plan.count, plan.blocked, own_credits(ltc.ama, [], "en").needs_licence) == (1, {}, False)
    render_certificates()
    sheets = pypdf.PdfReader(io.BytesIO(bytes(Certificate.objects.get().pdf or b""))).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert ("Statement of attendance" in text, "Licence number OCP 61234" in text) == (True, True)
    assert "certificate" not in text.lower()
    assert "Accreditation valid from January 9, 2025; it expires on January 8, 2026." in text
    assert f"Contact: Pallium Canada, {ltc.series.hub.reply_address}" in text
    email = preview(Message.objects.get(kind="certificate"), "en", scope_ids=None)
    assert email.subject == "Your statement of attendance: Palliative care in long-term care, part 5"
    assert email.attachment
    assert email.attachment.filename == "statement-of-attendance.pdf"
    assert "certificate" not in email.text.lower().replace("/certificates/", "")
    own = Certificate.objects.get()
    assert OwnCertificate.of(own) == OwnCertificate(own_file_path(own), is_statement=True)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "Session 13: attended, maximum of 12 reached, 0 credits."),
        ("fr", "Séance 13\u00a0: présence confirmée, maximum de 12 atteint, 0 crédit."),
    ],
)
def test_certificate_of_a_series_says_why_a_session_has_no_credits(
    ltc: LongTermCare, language: str, reason: str
) -> None:
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(language=language)
    ltc.attend_all(ltc.ama)
    issue(ltc)
    values = Certificate.objects.get().values
    assert [line["reasons"] for line in values["sessions"]] == [{}] * 12 + [{str(ltc.record.pk): reason}]
    html = sheet_html(values, verify_url="https://echo.example.org/en/verify/X/")
    assert html.count(f'<p class="reason">{reason}</p>') == 1


def test_page_of_the_code_names_a_statement_and_a_specimen(ltc: LongTermCare, client: Client) -> None:
    Accreditation.objects.update(scheme="pharmacy", is_specimen=True)
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(licence_number="OCP 61234")
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    page = client.get("/en/verify/", {"code": Certificate.objects.get().code}).content.decode()
    assert "This statement of attendance is valid" in page
    assert "Specimen: an invented certification, for a demonstration." in page


def test_email_of_a_corrected_certificate_has_its_own_subject(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    ltc.attend(5, {ltc.ama: 45})
    render_certificates()
    email = preview(Message.objects.get(kind="certificate"), "en", scope_ids=None)
    assert email.subject == "Your corrected certificate: Palliative care in long-term care, part 5"


def test_other_certificates_do_not_print_the_licence_number(ltc: LongTermCare) -> None:
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(licence_number="OCP 61234")
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    assert Certificate.objects.get().values["licence"] == ""
    assert own_credits(ltc.ama, [], "en").needs_licence is False


def test_later_edits_never_change_an_issued_certificate(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    render_certificates()
    before = Certificate.objects.values().get()
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(name="Another")
    type(ltc.series).objects.update(title_en="Another")
    Accreditation.objects.update(statement_en="Another {max_credits}")
    ltc.update()
    render_certificates()
    assert Certificate.objects.values().get() == before
    changes: tuple[dict[str, Any], ...] = (
        {"code": "0" * 12},
        {"values": {}},
        {"pdf": b"x"},
        {"sha256": "0" * 64},
        {"issued_at": timezone.now()},
        {"language": "fr"},
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Certificate.objects.update(**change)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Certificate.objects.all().delete()


def test_database_refuses_a_second_valid_certificate(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    row = Certificate.objects.get()
    with pytest.raises(IntegrityError, match="certificate_one_valid"), transaction.atomic():
        Certificate.objects.create(
            person=row.person, series=row.series, code="0" * 12, language="en", values={}, issued_at=row.issued_at
        )


def test_revoked_certificate_keeps_the_reason_and_stays_revoked(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    row = Certificate.objects.get()
    with pytest.raises(Refusal, match="Say why"):
        actions.revoke_certificate(certificate=row, because="  ", by=ltc.by)
    row = actions.revoke_certificate(certificate=row, because="Another person", by=ltc.by)
    assert (row.state, row.revoked_because, row.revoked_by) == (State.REVOKED, "Another person", ltc.by)
    with pytest.raises(Refusal, match="Only a valid certificate"):
        actions.revoke_certificate(certificate=row, because="Again", by=ltc.by)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Certificate.objects.update(state=State.VALID, revoked_at=None)


def test_email_of_a_replaced_certificate_is_not_sent(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    render_certificates()
    message = Message.objects.get(kind="certificate")
    assert kind_of(message).still_true(message)
    ltc.attend(5, {ltc.ama: 45})
    assert not kind_of(message).still_true(message)


def test_failing_file_is_given_up_and_other_files_are_made(ltc: LongTermCare, monkeypatch: pytest.MonkeyPatch) -> None:
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 40})
    issue(ltc)
    broken = Certificate.objects.get(person=ltc.ama)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute("UPDATE credits_certificate SET values = '{}' WHERE id = %s", [broken.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert [render_certificates() for _ in range(MOST_ATTEMPTS + 1)] == [1] + [0] * MOST_ATTEMPTS
    broken.refresh_from_db()
    assert (broken.attempts, broken.pdf) == (MOST_ATTEMPTS, None)
    assert Message.objects.filter(kind="certificate").count() == 1


def test_number_of_statements_for_issuing_does_not_depend_on_people(ltc: LongTermCare) -> None:
    ltc.update()
    counts = []
    for number, count in ((1, 2), (2, 30)):
        people = [ltc.people.make(f"p{number}-{n}@example.org", f"P {n}") for n in range(count)]
        for person in people:
            register(person, ltc.sessions[number - 1])
        ltc.attend(number, dict.fromkeys(people, 60))
        with CaptureQueriesContext(connection) as statements:
            actions.plan_certificates(ltc.series)
        counts.append(len(statements))
        issue(ltc)
    assert counts == [counts[0]] * 2


def test_sessions_of_one_day_are_printed_with_this_day(ltc: LongTermCare) -> None:
    for number in (5, 6):
        ltc.attend(number, {ltc.ama: 60})
    issue(ltc)
    values = Certificate.objects.get().values
    for line in values["sessions"]:
        line["date"] = "2025-02-06"
    fact = sheet(values, "https://portal.example/")["facts"][0]
    assert (fact.label, fact.value) == ("Date", "February 6, 2025")


def test_day_and_hours_of_a_session_are_printed(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc)
    (line,) = Certificate.objects.get().printed
    assert (line["date"], line["hours"]) == ("2025-02-06", "12:00\u00a0–\u00a01:00\u00a0pm\u00a0ET")
    assert dt.date.fromisoformat(line["date"]) == ltc.sessions[4].on_date
