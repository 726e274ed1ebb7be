"""Coordinators issue and revoke certificates and view the ledger, for series of their own hubs only."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceImport
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Certificate, CreditEntry
from credits.tasks import update_ledgers
from registrations.models import Registration
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    return LongTermCare(programme, people)


@pytest.fixture
def desk(ltc: LongTermCare) -> Client:
    return signed_in_client(ltc.by)


def issue_page(ltc: LongTermCare) -> str:
    return reverse("admin:credits_certificate_issue", args=(ltc.series.pk,))


def test_dry_run_lists_recipients_and_reasons_and_saves_nothing(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    type(ltc.luc).objects.filter(pk=ltc.luc.pk).update(name="Luc 漢")
    before = checksums()
    page = says(desk.get(issue_page(ltc)))
    assert checksums() == before
    assert "1 certificate would be issued" in page
    assert "Ama Okpik" in page
    assert "1 person: Their name has characters that the certificate cannot print." in page


def test_dry_run_says_how_many_rows_of_reports_wait_for_a_decision(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40, ltc.people.stranger: 60})
    words = "Rows of these attendance reports wait for a decision. Their minutes are on no certificate yet:"
    pages = [reverse("admin:credits_certificate_issue_session", args=(one.pk,)) for one in ltc.sessions[3:5]]
    assert [words in says(desk.get(page)) for page in (issue_page(ltc), *pages)] == [True, False, True]
    shown = desk.get(issue_page(ltc)).content.decode()
    address = reverse("admin:attendance_desk", args=(ltc.sessions[4].pk,))
    assert re.findall(rf'href="{address}">\s*(.*?)\s*</a>', shown) == [f"{ltc.sessions[4]}: 1 row"]


def test_issuing_is_refused_unless_the_number_is_that_of_the_dry_run(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40})
    page = issue_page(ltc)
    for count in ("", "0", "2", "x"):
        assert "This has changed since." in says(desk.post(page, {"count": count}))
    assert not Certificate.objects.exists()
    answer = desk.post(page, {"count": "1"}, follow=True)
    assert "1 certificate was issued." in says(answer)
    assert Certificate.objects.get().issued_by == ltc.by
    assert "1 person has one that says the same." in says(desk.get(page))


def test_certificates_of_one_session_are_issued_from_the_page_of_the_series(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(4, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    page = reverse("admin:credits_certificate_issue_session", args=(ltc.sessions[4].pk,))
    series_page = desk.get(issue_page(ltc)).content.decode()
    assert re.findall(r"/issue/session/(\d+)/", series_page) == [str(ltc.sessions[3].pk), str(ltc.sessions[4].pk)]
    before = checksums()
    text = says(desk.get(page))
    assert ("2 certificates would be issued" in text, "5. Palliative care in long-term care, part 5" in text) == (
        True,
        True,
    )
    assert checksums() == before
    assert "2 certificates were issued." in says(desk.post(page, {"count": "2"}, follow=True))
    assert set(Certificate.objects.values_list("person", "session")) == {
        (ltc.ama.pk, ltc.sessions[4].pk),
        (ltc.luc.pk, ltc.sessions[4].pk),
    }
    stranger = signed_in_client(ltc.people.coordinator(ltc.programme.bc))
    assert (stranger.get(page).status_code, stranger.post(page, {"count": "1"}).status_code) == (404, 404)
    assert desk.get(reverse("admin:credits_certificate_issue_session", args=(999999,))).status_code == 404


def test_start_page_and_list_link_to_credits_without_a_certificate(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 10})  # Luc earns no credits for ten minutes and is not counted
    start = desk.get(reverse("admin:index"))
    assert "The credits of 1 person wait for a certificate." in says(start)
    assert issue_page(ltc) in start.content.decode()
    assert "1 person" in says(desk.get(reverse("admin:credits_certificate_changelist")))
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    assert "wait for a certificate" not in says(desk.get(reverse("admin:index")))
    ltc.attend(6, {ltc.ama: 60})
    assert "The credits of 1 person wait for a certificate." in says(desk.get(reverse("admin:index")))


def test_certificate_can_be_viewed_downloaded_and_revoked(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    row = Certificate.objects.get()
    file = reverse("admin:credits_certificate_file", args=(row.pk,))
    assert desk.get(file).status_code == 404
    render_certificates()
    assert desk.get(file)["Content-Type"] == "application/pdf"
    page = reverse("admin:credits_certificate_revoke", args=(row.pk,))
    assert "This cannot be undone" in says(desk.get(page))
    refused = desk.post(page, {"because": " "})
    assert (refused.status_code, "Say why." in says(refused)) == (422, True)
    assert "its page says so" in says(desk.post(page, {"because": "Another person"}, follow=True))
    row.refresh_from_db()
    assert (row.state, row.revoked_by, row.revoked_because) == ("revoked", ltc.by, "Another person")
    again = desk.post(page, {"because": "Again"})
    assert "Only a valid certificate can be revoked." in says(again)
    assert "Another person" in says(desk.get(reverse("admin:credits_certificate_change", args=(row.pk,))))


def test_undoing_an_import_says_and_does_what_it_means_for_certificates(
    ltc: LongTermCare, desk: Client, client: Client
) -> None:
    ltc.attend(1, {ltc.ama: 60})
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    stranger = signed_in_client(ltc.people.coordinator(ltc.programme.bc))
    report = AttendanceImport.objects.live().get(session=ltc.sessions[4])
    page = reverse("admin:attendance_attendanceimport_undo", args=(report.pk,))
    before = checksums()
    asked = says(desk.get(page))
    assert "1 certificate is replaced by a corrected one, which is emailed." in asked
    assert "1 certificate is revoked, and its public page says so." in asked
    assert checksums() == before
    assert (stranger.get(page).status_code, stranger.post(page).status_code) == (404, 404)
    assert checksums() == before
    done = says(desk.post(page, follow=True))
    assert "1 certificate was replaced. 1 certificate was revoked." in done
    codes = dict(Certificate.objects.filter(issued_by=ltc.by).values_list("person__name", "code"))
    assert "This certificate was replaced" in says(client.get(f"/en/verify/{codes['Ama Okpik']}/"))
    assert "This certificate was revoked" in says(client.get(f"/en/verify/{codes['Luc Bélanger']}/"))
    assert Certificate.objects.get(state="revoked").revoked_because == "The attendance was taken back."
    (valid,) = Certificate.objects.valid()
    assert (valid.person, [line["number"] for line in valid.printed]) == (ltc.ama, [1])
    update_ledgers()
    assert list(Certificate.objects.valid()) == [valid]


def test_undoing_an_import_without_certificates_does_not_mention_them(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40})
    page = reverse("admin:attendance_attendanceimport_undo", args=(AttendanceImport.objects.live().get().pk,))
    assert "certificate is" not in says(desk.get(page))
    assert "certificate was" not in says(desk.post(page, follow=True))


def test_ledger_displays_the_reason_of_each_entry_and_is_read_only(ltc: LongTermCare, desk: Client) -> None:
    ltc.attend(5, {ltc.ama: 40})
    ltc.attend(5, {ltc.ama: 45})
    page = says(desk.get(reverse("admin:credits_creditentry_changelist")))
    assert "Session 5: the attendance was corrected, 0.5 credit taken back." in page
    assert "Session 5: 45 of 60 minutes attended, 0.75 credit." in page
    assert desk.get(reverse("admin:credits_creditentry_add")).status_code == 403


def test_certificate_pages_of_another_hub_are_not_found(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    row = Certificate.objects.get()
    stranger = signed_in_client(ltc.people.coordinator(ltc.programme.bc))
    before = checksums()
    pages = [
        issue_page(ltc),
        reverse("admin:credits_certificate_revoke", args=(row.pk,)),
        reverse("admin:credits_certificate_file", args=(row.pk,)),
    ]
    for page in pages:
        assert stranger.get(page).status_code == 404
        assert stranger.post(page, {"count": "1", "because": "x"}).status_code == 404
    assert checksums() == before
    for page in (reverse("admin:index"), reverse("admin:credits_certificate_changelist")):
        assert "Okpik" not in says(stranger.get(page))
        assert "wait for a certificate" not in says(stranger.get(page))
    partner = ltc.people.make("partner@example.org", "Partner", is_staff=True)
    assert Client().get(pages[0]).status_code == 302
    assert signed_in_client(partner).get(pages[0]).status_code == 404


def test_pallium_staff_can_open_certificate_pages_of_every_hub(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    assert "1 certificate would be issued" in says(signed_in_client(ltc.people.staff).get(issue_page(ltc)))


def test_pages_display_the_name_of_the_form_until_it_is_confirmed(ltc: LongTermCare, desk: Client) -> None:
    Registration.objects.filter(person=ltc.luc).update(form_name="Typed Name", form_sort_key="typed name")
    ltc.attend(5, {ltc.luc: 60})
    first = says(desk.get(issue_page(ltc)))
    assert ("Typed Name" in first, ltc.luc.name in first) == (True, False)
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    row, entry = Certificate.objects.get(), CreditEntry.objects.get()
    ltc.attend(6, {ltc.luc: 60})
    pages = [
        issue_page(ltc),
        reverse("admin:credits_certificate_changelist"),
        reverse("admin:credits_certificate_change", args=(row.pk,)),
        reverse("admin:credits_certificate_revoke", args=(row.pk,)),
        reverse("admin:credits_creditentry_changelist"),
        reverse("admin:credits_creditentry_change", args=(entry.pk,)),
    ]
    for page in pages:
        text = says(desk.get(page))
        assert ("Typed Name" in text, ltc.luc.name in text) == (True, False), page
    for page in (pages[1], pages[4]):
        found = ["Typed Name" in says(desk.get(page, {"q": words})) for words in ("Bélanger", "typed", "luc@example")]
        assert found == [False, True, True], page
    ltc.luc.mailbox_used_at = timezone.now()
    ltc.luc.save()
    for page in pages:
        text = says(desk.get(page))
        assert ("Typed Name" in text, ltc.luc.name in text) == (False, True), page
