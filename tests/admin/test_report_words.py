"""The pages about a report say truly why a row or a person does not count."""

import pytest
from django.test import Client
from django.urls import reverse

from attendance import actions
from attendance.models import AttendanceImport, AttendanceRow
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, register, report
from tests.builders import Programme
from tests.people import People

TOTALS = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAma Okpik,ama@example.org,75,No\n"
UNKNOWN = "Nobody of the series has this address"


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def desk(held: HeldSession) -> Client:
    return signed_in_client(held.by)


def page_of(client: Client, draft: AttendanceImport) -> str:
    return says(client.get(reverse("admin:attendance_attendanceimport_change", args=(draft.pk,))))


def test_report_without_times_is_not_said_to_have_unknown_addresses(held: HeldSession, desk: Client) -> None:
    words = page_of(desk, held.upload(TOTALS))
    assert "Nobody yet: no row has times that can be counted." in words
    assert "has the address of somebody" not in words


def test_report_of_strangers_is_said_to_have_no_known_address(held: HeldSession, desk: Client) -> None:
    words = page_of(desk, held.upload(report(("Zoé", "zoe@example.com", "12:00", "13:00"))))
    assert "no row with times has the address of somebody in the series" in words
    assert UNKNOWN in words


def test_matched_rows_of_a_large_dry_run_are_not_listed_as_unknown(held: HeldSession, desk: Client) -> None:
    people = [held.people.make(f"p{n}@example.org", f"P {n:03}", proved=False) for n in range(300)]
    for person in people:
        register(person, held.session)
    rows = [(one.name, one.email, "12:00", "13:00") for one in people]
    words = page_of(desk, held.upload(report(*rows, ("Zoé", "zoe@example.com", "12:00", "13:00"))))
    assert words.count(UNKNOWN) == 1


def test_address_of_a_person_who_joined_later_is_not_said_to_be_unknown(held: HeldSession, desk: Client) -> None:
    late = held.people.stranger
    done = held.imported(report(("Sam", late.email, "12:00", "13:00")))
    assert UNKNOWN in page_of(desk, done)
    register(late, held.session)
    for words in (page_of(desk, done), says(desk.get(reverse("admin:attendance_desk", args=(held.session.pk,))))):
        assert UNKNOWN not in words
        assert "The person with this address joined the series after the import" in words


def test_row_that_was_set_aside_is_said_to_be(held: HeldSession, desk: Client) -> None:
    done = held.imported(held.usual)
    actions.set_row_aside(row=AttendanceRow.objects.unmatched().get(), by=held.by)
    words = page_of(desk, done)
    assert "Was set aside by hand." in words
    assert "Has no email address" not in words


def test_person_whom_only_the_earlier_report_listed_is_said_to_be_missing(held: HeldSession, desk: Client) -> None:
    ama = ("Ama", held.ama.email, "12:00", "12:40")
    held.imported(report(ama, ("Luc", held.luc.email, "12:00", "13:00")))
    held.imported(report(ama))
    assert held.minutes() == {"Ama Okpik": 40, "Luc Bélanger": 0}
    pages = [reverse("admin:attendance_correct", args=(held.session.pk, one.pk)) for one in (held.ama, held.luc)]
    ama_words, luc_words = (says(desk.get(page)) for page in pages)
    assert "The report says 40 minutes." in ama_words
    assert "This person is not in the report." in luc_words
    assert "The report says" not in luc_words
    session = says(desk.get(reverse("admin:attendance_session", args=(held.session.pk,))))
    assert session.count("Not in the report") == 1
