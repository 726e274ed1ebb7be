"""“I was there”: who may ask the hub to confirm their attendance, the answers, and their effects."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from attendance import actions
from attendance.actions import accept_request, ask_for_attendance, refuse_request
from attendance.models import Attendance, AttendanceCorrection, AttendanceRequest
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from registrations.models import Registration
from tests.attendance.held_session import HeldSession, report
from tests.people import People
from tests.tables import checksums

DAY_AFTER = dt.datetime(2026, 2, 11, 15, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def day_after() -> Iterator[None]:
    with time_machine.travel(DAY_AFTER, tick=True):
        yield


def path(held: HeldSession, language: str = "en") -> str:
    start = {"en": "en/my-sessions/attendance", "fr": "fr/mes-seances/presence"}[language]
    return f"/{start}/{held.session.public_id}/"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def refused(held: HeldSession, person: Any) -> str:
    """Return the sentence with which the person's request is refused."""
    with pytest.raises(Refusal) as found:
        ask_for_attendance(session=held.session, person=person)
    return found.value.sentence


def rows() -> list[str]:
    """Return the checksums of the tables of requests, audit events and messages."""
    found = checksums()
    return [found[name] for name in ("attendance_attendancerequest", "accounts_auditevent", "outbox_message")]


def email_of(request: AttendanceRequest) -> Rendered:
    message = Message.objects.get(payload={"request": request.pk})
    with translation.override(message.language):
        return kind_of(message).render(message)


def test_press_asks_the_hub_and_the_answer_confirms_the_attendance(held: HeldSession) -> None:
    client = client_of(held.luc)
    answer = client.post(path(held), {"text": "  I joined by  telephone "}, follow=True)
    assert "The hub has your request, and answers by email." in answer.content.decode()
    request = AttendanceRequest.objects.get()
    assert (request.person, request.session, request.text, request.state) == (
        held.luc,
        held.session,
        "I joined by telephone",
        "open",
    )
    assert held.minutes() == {}
    accept_request(request=request, minutes=50, note="", by=held.by)
    row = Attendance.objects.get()
    assert (row.person, row.minutes, row.source, row.confirmed_by) == (held.luc, 50, "request", held.by)
    correction = AttendanceCorrection.objects.get()
    assert (correction.kind, correction.seconds_before, correction.seconds_after) == ("request", None, 3000)
    assert (correction.reason, correction.made_by) == ("Asked for by the person", held.by)
    request.refresh_from_db()
    assert (request.state, request.answered_by, request.correction) == ("accepted", held.by, correction)


def test_email_with_the_answer_is_in_the_language_of_the_person(held: HeldSession) -> None:
    first = ask_for_attendance(session=held.session, person=held.luc)
    accept_request(request=first, minutes=60, note="Vu au téléphone", by=held.by)
    text = email_of(first).text.replace("\u00a0", " ")
    assert "mardi 10 février 2026 : 60 minutes." in text
    assert "Le carrefour écrit : « Vu au téléphone »" in text
    second = ask_for_attendance(session=held.session, person=held.ama)
    refuse_request(request=second, reason="Nobody saw you.", by=held.by)
    mail = email_of(second)
    assert mail.subject.startswith("Your attendance is not confirmed")
    assert "The hub writes: “Nobody saw you.”" in mail.text
    assert [row.person_id for row in Message.objects.order_by("pk")] == [held.luc.pk, held.ama.pk]


def test_second_request_and_second_answer_change_nothing(held: HeldSession) -> None:
    client = client_of(held.luc)
    client.post(path(held))
    before = rows()
    client.post(path(held), {"text": "again"})
    assert rows() == before
    request = AttendanceRequest.objects.get()
    accept_request(request=request, minutes=60, by=held.by)
    with pytest.raises(Refusal, match="answered since"):
        refuse_request(request=request, reason="No", by=held.by)
    assert (held.minutes(), Message.objects.count()) == ({"Luc Bélanger": 60}, 1)


def test_database_refuses_a_second_open_request(held: HeldSession) -> None:
    ask_for_attendance(session=held.session, person=held.luc)
    with pytest.raises(IntegrityError, match="attendance_request_one_open"), transaction.atomic():
        AttendanceRequest.objects.create(person=held.luc, session=held.session, asked_at=timezone.now())


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (dt.datetime(2026, 2, 10, 17, 59, tzinfo=dt.UTC), "You can ask when the session has ended."),
        (dt.datetime(2026, 4, 11, 18, 1, tzinfo=dt.UTC), "You could ask until Saturday, April 11, 2026."),
    ],
)
def test_request_before_the_end_or_after_sixty_days_is_refused(
    held: HeldSession, at: dt.datetime, sentence: str
) -> None:
    with time_machine.travel(at, tick=False):
        assert refused(held, held.luc) == sentence


def test_request_without_a_place_is_refused(held: HeldSession, people: People) -> None:
    Registration.objects.filter(person=held.ama).update(state="cancelled", cancelled_at=timezone.now())
    for person in (held.ama, people.stranger):
        answer = client_of(person).post(path(held))
        assert answer.status_code == 409
        assert "You had no place in this session." in answer.content.decode()
    nowhere = path(held).replace(str(held.session.public_id), str(uuid.uuid4()))
    assert client_of(held.luc).post(nowhere).status_code == 404
    assert reverse("sign_in") in Client().post(path(held))["Location"]
    assert not AttendanceRequest.objects.exists()


def test_whole_attendance_needs_no_request_and_a_short_one_does(held: HeldSession) -> None:
    held.imported(report(("Ama", held.ama.email, "12:00", "13:00"), ("Luc", held.luc.email, "12:00", "12:40")))
    assert refused(held, held.ama).startswith("You attended the whole")
    request = ask_for_attendance(session=held.session, person=held.luc)
    for minutes in (0, 39, 61):
        with pytest.raises(Refusal) as found:
            accept_request(request=request, minutes=minutes, by=held.by)
        assert found.value.field == "minutes"
    accept_request(request=request, minutes=55, by=held.by)
    assert held.minutes() == {"Ama Okpik": 60, "Luc Bélanger": 55}
    assert AttendanceCorrection.objects.get().minutes_before == 40


def test_person_asks_twice_at_most(held: HeldSession) -> None:
    for _ in range(2):
        refuse_request(request=ask_for_attendance(session=held.session, person=held.luc), reason="No.", by=held.by)
    assert refused(held, held.luc).startswith("The hub has answered twice")


def test_text_that_may_identify_a_patient_is_asked_about(held: HeldSession) -> None:
    client = client_of(held.luc)
    typed = {"text": "J’étais avec Mme Roy, née le 3 mars 1941"}
    answer = client.post(path(held, "fr"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "le nom d’une personne" in page
    assert "née le 3 mars 1941" in page
    assert not AttendanceRequest.objects.exists()
    assert client.post(path(held, "fr"), {**typed, "as_written": "on"}).status_code == 302
    assert AttendanceRequest.objects.get().text == typed["text"]


@pytest.mark.parametrize("text", ["x" * 301, "a\x00b"])
def test_bad_text_changes_nothing(held: HeldSession, text: str) -> None:
    assert client_of(held.luc).post(path(held), {"text": text}).status_code in (400, 422)
    assert not AttendanceRequest.objects.exists()


def test_texts_are_erased_ninety_days_after_the_answer(held: HeldSession) -> None:
    answered = ask_for_attendance(session=held.session, person=held.luc, text="By telephone")
    refuse_request(request=answered, reason="No.", by=held.by)
    ask_for_attendance(session=held.session, person=held.ama, text="By telephone")
    assert actions.erase_old_texts(now=timezone.now() + dt.timedelta(days=89)) == 0
    assert actions.erase_old_texts(now=timezone.now() + dt.timedelta(days=91)) == 1
    assert dict(AttendanceRequest.objects.values_list("state", "text")) == {"refused": "", "open": "By telephone"}
