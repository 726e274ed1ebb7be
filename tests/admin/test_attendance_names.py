"""Attendance pages display the name in a form that anybody could send, until its owner confirms it (SAFETY.md 8)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance import actions
from attendance.models import Attendance, AttendanceAlias, AttendanceCorrection, AttendanceRequest, AttendanceRow
from echo_portal.lib.text import sort_key_of
from registrations.models import Registration
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, report
from tests.builders import Programme
from tests.people import People


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def desk(held: HeldSession) -> Client:
    return signed_in_client(held.by)


def at(name: str, *numbers: int) -> str:
    return reverse(f"admin:attendance_{name}", args=numbers)


def said_by_form(held: HeldSession, name: str) -> None:
    """Change Luc's registration to one from a form that was sent without signing in."""
    place = Registration.objects.get(session=held.session, person=held.luc)
    place.form_name, place.form_sort_key = name, sort_key_of(name)
    place.save()


def test_attendance_pages_display_the_name_of_the_form_until_it_is_confirmed(
    held: HeldSession, desk: Client, people: People
) -> None:
    said_by_form(held, "Typed Name")
    held.imported(held.usual)
    pages = [
        at("session", held.session.pk),
        at("roll_call", held.session.pk),
        at("correct", held.session.pk, people.luc.pk),
        at("desk", held.session.pk),
        f"{at('desk', held.session.pk)}?q=luc",
    ]
    for page in pages:
        text = says(desk.get(page))
        assert "Typed Name" in text, page
        assert people.luc.name not in text, page
    people.luc.mailbox_used_at = timezone.now()
    people.luc.save()
    for page in pages:
        text = says(desk.get(page))
        assert people.luc.name in text, page
        assert "Typed Name" not in text, page


def test_reports_and_lists_display_the_name_of_the_form_until_it_is_confirmed(held: HeldSession, desk: Client) -> None:
    luc = held.luc
    said_by_form(held, "Typed Name")
    done = held.imported(report(("Luc", luc.email, "12:00", "12:40"), ("Lulu B", "", "12:00", "12:30")))
    row = AttendanceRow.objects.unmatched().get()
    actions.match_row(row=row, person=luc, remember=True, by=held.by)
    actions.correct_attendance(session=held.session, person=luc, seconds=60, reason="List", by=held.by)
    draft = held.upload(report(("Luc", luc.email, "12:00", "12:50")))
    pages = [
        at("attendanceimport_change", done.pk),
        at("attendanceimport_change", draft.pk),
        at("attendance_changelist"),
        at("attendance_change", Attendance.objects.get(person=luc).pk),
        at("attendancecorrection_changelist"),
        at("attendancecorrection_change", AttendanceCorrection.objects.get().pk),
        at("attendancealias_changelist"),
        at("attendancealias_change", AttendanceAlias.objects.get().pk),
    ]
    for page in pages:
        text = says(desk.get(page))
        assert ("Typed Name" in text, luc.name in text) == (True, False), page
    luc.mailbox_used_at = timezone.now()
    luc.save()
    for page in pages:
        text = says(desk.get(page))
        assert ("Typed Name" in text, luc.name in text) == (False, True), page


def test_searches_do_not_reveal_the_name_in_the_profile(held: HeldSession, desk: Client) -> None:
    said_by_form(held, "Typed Name")
    actions.correct_attendance(session=held.session, person=held.luc, seconds=60, reason="List", by=held.by)
    held.imported(report(("Lulu B", "", "12:00", "12:30")))

    def found(page: str, words: str) -> bool:
        return "Typed Name" in says(desk.get(page, {"q": words}))

    for page in (
        at("desk", held.session.pk),
        at("attendance_changelist"),
        at("attendancecorrection_changelist"),
    ):
        assert [found(page, words) for words in ("Bélanger", "typed", "luc@example")] == [False, True, True], page


def test_pages_of_rows_are_titled_with_the_name_and_the_session(held: HeldSession, desk: Client) -> None:
    said_by_form(held, "Typed Name")
    held.imported(report(("Luc", held.luc.email, "12:00", "12:40")))
    actions.correct_attendance(session=held.session, person=held.luc, seconds=1800, reason="List", by=held.by)
    asked = AttendanceRequest.objects.create(
        person=held.luc, session=held.session, text="There", asked_at=timezone.now()
    )
    for row, ending in (
        (asked, "(waits for an answer)"),
        (Attendance.objects.get(), "(30 min)"),
        (AttendanceCorrection.objects.get(), "(40 → 30 min)"),
    ):
        page = reverse(f"admin:attendance_{row._meta.model_name}_change", args=(row.pk,))
        words = says(desk.get(page))
        assert f"Typed Name, {held.session} {ending}" in words, page
        assert f"{held.luc.pk} in {held.session.pk}" not in words, page


def test_people_of_one_name_are_told_apart_by_their_addresses(held: HeldSession, desk: Client, people: People) -> None:
    pages = [at("session", held.session.pk), at("roll_call", held.session.pk)]
    for page in pages:
        assert people.luc.email not in says(desk.get(page)), page
    people.ama.name = people.luc.name.upper()
    people.ama.sort_key = sort_key_of(people.ama.name)
    people.ama.save()
    for page in pages:
        text = says(desk.get(page))
        assert (people.luc.email in text, people.ama.email in text) == (True, True), page
