"""A certificate of a session is issued, replaced, revoked and verified like one of a series (PRODUCT.md 6)."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import AttendanceImport
from credits import actions
from credits.actions.rendering import render_certificates
from credits.certificates.sheet import sheet_html
from credits.certificates.verifying import check_file
from credits.models import Accreditation, Certificate
from credits.queries.waiting import series_waiting
from echo_portal.lib.signing_keys import published_keys
from echo_portal.outbox.models import Message
from tests.attendance.held_session import register
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
State = Certificate.State


def issue(ltc: LongTermCare, number: int) -> actions.Plan:
    return actions.issue_certificates(series=ltc.series, session=ltc.sessions[number - 1], by=ltc.by)


def lines(certificate: Certificate) -> dict[int, tuple[Any, ...]]:
    return {row["number"]: (row["minutes"], *row["credits"].values()) for row in certificate.printed}


def sheet_of(certificate: Certificate) -> str:
    html = sheet_html(certificate.values, verify_url="https://echo.example.org/en/verify/X/")
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<body>") :]).split())


def test_certificate_of_a_session_has_only_its_line(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    before = checksums()
    assert actions.plan_certificates(ltc.series, ltc.sessions[4]).count == 2
    assert checksums() == before
    assert issue(ltc, 5).count == 2
    assert (issue(ltc, 5).count, issue(ltc, 5).unchanged) == (0, 2)
    row = Certificate.objects.get(person=ltc.ama)
    assert (row.series, row.session, lines(row)) == (ltc.series, ltc.sessions[4], {5: (40, "0.5")})
    sheet = sheet_of(row)
    assert "Palliative care in long-term care, part 5" in sheet
    assert "Long-Term Care Community of Practice, session 5 of 13" in sheet
    assert "0.5 Mainpro+ credit Certified Activity of up to 12 Session ID 900001-005" in sheet


def test_certificates_of_a_session_and_of_its_series_print_the_same_credits(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc, 5)
    assert actions.issue_certificates(series=ltc.series, by=ltc.by).count == 1
    assert {row.session and row.session.number: lines(row) for row in Certificate.objects.valid()} == {
        5: {5: (40, "0.5")},
        None: {4: (60, "1"), 5: (40, "0.5")},
    }


def test_corrected_attendance_replaces_both_certificates_and_no_other(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    for number in (4, 5):
        issue(ltc, number)
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    kept = set(Certificate.objects.filter(person=ltc.luc).values_list("pk", flat=True))
    kept.add(Certificate.objects.get(person=ltc.ama, session=ltc.sessions[3]).pk)
    ltc.attend(5, {ltc.ama: 45, ltc.luc: 60})  # a corrected report
    new = Certificate.objects.valid().exclude(pk__in=kept)
    assert {row.session and row.session.number: lines(row) for row in new} == {
        5: {5: (45, "0.75")},
        None: {4: (60, "1"), 5: (45, "0.75")},
    }
    assert all(row.replaces is not None and row.replaces.about == row.about for row in new)
    assert Certificate.objects.filter(state=State.REPLACED).count() == 2
    assert Certificate.objects.valid().filter(pk__in=kept).count() == len(kept)


def test_undone_report_revokes_the_certificate_of_its_session(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc, 4)
    issue(ltc, 5)
    report = AttendanceImport.objects.live().get(session=ltc.sessions[4])
    change = actions.undo_import(report=report, by=ltc.by)
    assert (change.replaced, change.revoked) == (0, 1)
    assert [row.session for row in Certificate.objects.valid()] == [ltc.sessions[3]]
    revoked = Certificate.objects.get(state=State.REVOKED)
    assert (revoked.session, revoked.revoked_because) == (ltc.sessions[4], "The attendance was taken back.")


def test_certificate_of_a_merged_profile_gets_a_successor(ltc: LongTermCare, people: People) -> None:
    twice = people.make("ama.okpik@work.example", "A. Okpik", mailbox_used_at=timezone.now())
    for number in (3, 4):
        register(twice, ltc.sessions[number - 1])
    ltc.attend(3, {twice: 60})
    ltc.attend(4, {twice: 60, ltc.ama: 30})
    issue(ltc, 3)
    issue(ltc, 4)
    actions.merge_people(kept=ltc.ama, gone=twice, by=people.staff)
    assert {row.session.number: lines(row) for row in Certificate.objects.valid() if row.session} == {
        3: {3: (60, "1")},
        4: {4: (60, "1")},
    }
    assert {row.person for row in Certificate.objects.valid()} == {ltc.ama}
    states = Certificate.objects.filter(person=twice).order_by("session__number").values_list("state", flat=True)
    assert list(states) == [State.REPLACED, State.REVOKED]


@pytest.mark.parametrize("why", ["not accredited", "too short", "maximum reached"])
def test_session_without_credits_has_a_certificate_without_a_credit_line(ltc: LongTermCare, why: str) -> None:
    minutes = 60
    if why == "not accredited":
        Accreditation.objects.all().delete()
    elif why == "too short":
        minutes = 10
    else:
        Accreditation.objects.update(max_credits=1)
        ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: minutes})
    issue(ltc, 5)
    row = Certificate.objects.get()
    assert (row.values["records"], lines(row)) == ([], {5: (minutes,)})
    sheet = sheet_of(row)
    assert f"{minutes} minutes" in sheet
    for words in ("Credit", "Mainpro+", "College"):
        assert words not in sheet
    ltc.update()
    assert Certificate.objects.get() == row


def test_certificate_without_credits_is_replaced_when_the_session_earns_some(ltc: LongTermCare) -> None:
    Accreditation.objects.update(max_credits=1)
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc, 5)
    Accreditation.objects.update(max_credits=12)
    ltc.update()
    assert [lines(row) for row in Certificate.objects.valid()] == [{5: (60, "1")}]


def test_certificate_of_a_session_is_blocked_like_that_of_a_series(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(name="Ama 漢")
    assert (issue(ltc, 5).count, issue(ltc, 5).blocked) == (0, {"no-characters": 1})


def test_credits_on_the_certificate_of_a_session_wait_for_no_other(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.luc: 60})
    issue(ltc, 5)
    assert [row.people for row in series_waiting(ltc.by)] == [1]
    issue(ltc, 4)
    assert series_waiting(ltc.by) == []


def test_database_keeps_one_valid_certificate_of_a_session_of_the_series(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc, 5)
    row = Certificate.objects.get()
    other = ltc.programme.session(ltc.programme.series("other"), 1, days=-3)
    values: dict[str, Any] = {
        "person": row.person,
        "series": row.series,
        "code": "0" * 12,
        "language": "en",
        "values": {},
        "issued_at": row.issued_at,
    }
    for session, why in ((row.session, "certificate_one_valid_of_session"), (other, "belongs to its series")):
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            Certificate.objects.create(session=session, **values)
    for session in (None, ltc.sessions[0]):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Certificate.objects.update(session=session)


def test_verification_page_and_email_name_the_session(ltc: LongTermCare, client: Client) -> None:
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc, 5)
    render_certificates()
    row = Certificate.objects.get()
    assert check_file(bytes(row.pdf or b""), published_keys()).values == row.values
    page = client.get(f"/en/verify/{row.code}/").content.decode()
    assert "Palliative care in long-term care, part 5" in page
    assert "Long-Term Care Community of Practice" not in page
    assert Message.objects.filter(kind="certificate").count() == 1
    actions.revoke_certificate(certificate=row, because="Another person", by=ltc.by)
    assert "This certificate was revoked" in client.get(f"/en/verify/{row.code}/").content.decode()


def test_my_sessions_links_the_certificate_of_each_session(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40})
    issue(ltc, 5)
    client = Client()
    client.force_login(ltc.ama)
    assert client.get("/en/my-sessions/").content.decode().count("Your certificate is being made.") == 1
    render_certificates()
    address = f"/en/my-sessions/certificates/{Certificate.objects.get().public_id}.pdf"
    page = client.get("/en/my-sessions/").content.decode()
    assert page.count(f'href="{address}"') == 1
    assert page.index("part 5") < page.index(address) < page.index("part 4")  # beside the session
    assert client.get(address)["Content-Type"] == "application/pdf"
    other = Client()
    other.force_login(ltc.luc)
    assert address not in other.get("/en/my-sessions/").content.decode()


def test_statements_for_following_corrections_do_not_depend_on_sessions(ltc: LongTermCare) -> None:
    counts = []
    for number in (1, 2, 3):
        ltc.attend(number, {ltc.ama: 60, ltc.luc: 60})
        issue(ltc, number)
        with CaptureQueriesContext(connection) as statements:
            ltc.update()
        counts.append(len(statements))
    assert counts == [counts[0]] * 3


def test_command_issues_the_certificates_of_one_session(ltc: LongTermCare) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40})
    out = StringIO()
    call_command("issue_certificates", "ltc-cop", "--session", "5", "--dry-run", stdout=out)
    assert (out.getvalue(), Certificate.objects.count()) == ("new 1, replaced 0, unchanged 0\n", 0)
    call_command("issue_certificates", "ltc-cop", "--session", "5", stdout=out)
    assert [lines(row) for row in Certificate.objects.all()] == [{5: (40, "0.5")}]
    with pytest.raises(CommandError, match="no session 99"):
        call_command("issue_certificates", "ltc-cop", "--session", "99")
