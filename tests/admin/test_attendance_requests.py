"""A coordinator answers “I was there” from the start page or from the page of the session, for the own hub only."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.actions import ask_for_attendance
from attendance.models import AttendanceRequest
from echo_portal.outbox.models import Message
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession, register, report
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums


@pytest.fixture(autouse=True)
def day_after() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 2, 11, 15, tzinfo=dt.UTC), tick=True):
        yield


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def asked(held: HeldSession) -> AttendanceRequest:
    return ask_for_attendance(session=held.session, person=held.luc, text="I joined by telephone")


def page_of(held: HeldSession) -> str:
    return reverse("admin:attendance_session", args=(held.session.pk,))


def answer_of(request: AttendanceRequest) -> str:
    return reverse("admin:attendance_answer", args=(request.session_id, request.pk))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["1 request “I was there” waits for an answer.", "No attendance is confirmed.", "Did not press Join."]),
        ("fr", ["1 demande « J’y étais » attend une réponse.", "Aucune présence confirmée.", "N’a pas cliqué sur"]),
    ],
)
def test_request_is_displayed_with_its_evidence(
    held: HeldSession, asked: AttendanceRequest, language: str, words: list[str]
) -> None:
    desk = signed_in_client(held.by)
    headers = {"accept-language": language}
    start = desk.get(reverse("admin:index"), headers=headers)
    assert words[0] in says(start)
    assert answer_of(asked) in start.content.decode()
    for address in (page_of(held), answer_of(asked)):
        shown = says(desk.get(address, headers=headers))
        assert "Luc Bélanger" in shown
        assert "I joined by telephone" in shown
        assert [word for word in words[1:] if word not in shown] == []


def test_coordinator_accepts_with_minutes(held: HeldSession, asked: AttendanceRequest) -> None:
    desk = signed_in_client(held.by)
    answer = desk.post(answer_of(asked), {"act": "accept", "minutes": "50", "reason": ""}, follow=True)
    assert "Luc Bélanger: 50 minutes." in says(answer)
    assert held.minutes() == {"Luc Bélanger": 50}
    assert "Did not press Join." not in says(answer), "the request is no longer open"
    assert "accepted" in says(desk.get(answer_of(asked))).lower()
    assert desk.post(answer_of(asked), {"act": "refuse", "reason": "No."}).status_code == 422
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"act": "accept", "minutes": ""}, "Give the minutes."),
        ({"act": "accept", "minutes": "61"}, "The session lasted 60 minutes; nobody attends longer."),
        ({"act": "accept", "minutes": "0"}, "Give at least 1 min, or refuse the request."),
        ({"act": "refuse", "minutes": "60", "reason": " "}, "Say why."),
        ({"minutes": "60"}, "Say why."),
    ],
)
def test_incomplete_answer_changes_nothing(
    held: HeldSession, asked: AttendanceRequest, typed: dict[str, str], sentence: str
) -> None:
    desk = signed_in_client(held.by)
    before = checksums()
    answer = desk.post(answer_of(asked), typed)
    assert answer.status_code == 422
    assert sentence in says(answer)
    after = checksums()
    assert {name for name in before if before[name] != after[name]} <= {"accounts_auditevent"}


def test_other_hub_sees_and_answers_no_request(
    held: HeldSession, asked: AttendanceRequest, programme: Programme, people: People
) -> None:
    other = signed_in_client(people.coordinator(programme.bc))
    before = checksums()
    for address in (page_of(held), answer_of(asked)):
        assert other.get(address).status_code == 404
    assert other.post(answer_of(asked), {"act": "accept", "minutes": "60"}).status_code == 404
    assert "waits for an answer" not in says(other.get(reverse("admin:index")))
    assert checksums() == before
    elsewhere = programme.session(programme.series("bc", hub=programme.bc), 1, on_date=dt.date(2026, 2, 10))
    mixed = reverse("admin:attendance_answer", args=(elsewhere.pk, asked.pk))
    assert other.get(mixed).status_code == 404
    assert other.post(mixed, {"act": "accept", "minutes": "60"}).status_code == 404


def test_number_of_queries_does_not_depend_on_requests(held: HeldSession, people: People) -> None:
    desk = signed_in_client(held.by)
    held.imported(report(("Ama", held.ama.email, "12:00", "12:40")))
    ask_for_attendance(session=held.session, person=held.luc)
    desk.get(page_of(held))
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(page_of(held)).status_code == 200
        counts.append(len(queries))
        for index in range(30 * (1 - number)):
            person = people.make(f"{index}@example.org", f"Person {index}")
            register(person, held.session)
            ask_for_attendance(session=held.session, person=person)
    assert counts[0] == counts[1]
    assert Client().get(page_of(held)).status_code == 302
