"""A dry run that was replaced in another tab leads on to the newest one."""

import pytest
from django.test import Client
from django.urls import reverse

from attendance import actions
from attendance.models import AttendanceImport
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, report
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

REPLACED = "That dry run was replaced by a later upload. This is the newest one."


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


def pages_of(pk: int) -> list[str]:
    return [reverse(f"admin:attendance_attendanceimport_{name}", args=(pk,)) for name in ("change", "import", "undo")]


def replaced_draft(held: HeldSession) -> int:
    """Return the ID of a dry run that was deleted because another report was uploaded."""
    first = held.upload(held.usual).pk
    held.upload(report(("Ama", held.ama.email, "12:00", "12:50")))
    return first


def test_page_of_a_replaced_dry_run_leads_to_the_newest_one(held: HeldSession) -> None:
    first = replaced_draft(held)
    client, before = signed_in_client(held.by), checksums()
    for page in pages_of(first):
        for answer in (client.get(page, follow=True), client.post(page, {"sha256": "0" * 64}, follow=True)):
            assert (answer.status_code, REPLACED in says(answer)) == (200, True), page
            assert answer.redirect_chain[-1][0] == pages_of(AttendanceImport.objects.get().pk)[0]
    assert checksums() == before


def test_page_of_a_replaced_dry_run_leads_to_the_session_after_the_import(held: HeldSession) -> None:
    first = replaced_draft(held)
    draft = AttendanceImport.objects.get()
    actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
    answer = signed_in_client(held.by).post(pages_of(first)[1], {"sha256": "0" * 64}, follow=True)
    assert "That dry run no longer exists." in says(answer)
    assert answer.redirect_chain[-1][0] == reverse("admin:attendance_session", args=(held.session.pk,))


def test_replaced_dry_run_of_another_hub_is_not_found(held: HeldSession) -> None:
    first = replaced_draft(held)
    stranger: Client = signed_in_client(held.people.coordinator(held.programme.bc))
    for page in (*pages_of(first), *pages_of(first + 99)):
        assert (stranger.get(page).status_code, stranger.post(page).status_code) == (404, 404)
    staff = signed_in_client(held.people.staff)
    assert staff.get(pages_of(first + 99)[1]).status_code == 404
