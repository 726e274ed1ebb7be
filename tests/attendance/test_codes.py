"""Codes said in the session, and shared rooms. They are evidence, which counts only when somebody confirms it."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from attendance import actions
from attendance.codes import said_code, shown_digits, typed_digits
from attendance.models import Attendance, AttendanceCorrection, SaidCode, SharedRoom
from attendance.queries.missed import missed
from echo_portal.lib.refusals import Refusal
from evaluations.actions import open_evaluation
from evaluations.queries.to_invite import people_to_invite
from registrations.links import form_join_token, join_token
from registrations.models import Registration
from sessions.models import Material, SessionRole
from tests.attendance.held_session import HeldSession, register, report
from tests.evaluations.asked import write_national_core
from tests.tables import checksums


@pytest.fixture
def during(held: HeldSession) -> Iterator[HeldSession]:
    """Yield the held session, with the clock set to twenty minutes after its start."""
    assert held.session.starts_at is not None
    with time_machine.travel(held.session.starts_at + dt.timedelta(minutes=20), tick=False):
        yield held


def place_of(held: HeldSession, person: Person) -> Registration:
    return Registration.objects.select_related("session", "person").get(person=person, session=held.session)


def path_of(place: Registration) -> str:
    return reverse("session_code", kwargs={"token": join_token(place)})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_code_is_saved_once_as_evidence_and_counts_for_nobody(client: Client, during: HeldSession) -> None:
    page = path_of(place_of(during, during.ama))
    assert client.get(page).status_code == 200
    typed = shown_digits(said_code(during.session))
    for _ in range(2):
        assert client.post(page, {"code": typed}).status_code == 302
    row = SaidCode.objects.get()
    assert (row.registration.person, row.room, row.typed_at) == (during.ama, None, timezone.now())
    assert "You typed the code of the session" in client.get(page).content.decode()
    assert not Attendance.objects.exists()


def test_wrong_code_and_code_of_another_session_are_refused(client: Client, during: HeldSession) -> None:
    other = during.programme.session(during.series, 2, on_date=during.session.on_date)
    page, code = path_of(place_of(during, during.ama)), said_code(during.session)
    assert said_code(other) != code
    for typed in (wrong(code), said_code(other), "", "x", "12345", "１２３４５６", "9" * 5000, "\x00"):
        answer = client.post(page, {"code": typed})
        assert (answer.status_code, SaidCode.objects.count()) == (422, 0), typed
    assert "This is not the code of this session." in client.post(page, {"code": wrong(code)}).content.decode()


def test_codes_are_limited_for_each_place(client: Client, during: HeldSession) -> None:
    page, code = path_of(place_of(during, during.ama)), said_code(during.session)
    answers = [client.post(page, {"code": wrong(code)}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.post(page, {"code": code}).status_code == 429
    assert not SaidCode.objects.exists()
    assert client.post(path_of(place_of(during, during.luc)), {"code": code}).status_code == 302


@pytest.mark.parametrize(
    ("minutes", "taken"), [(-11, False), (-1, False), (0, True), (59, True), (74, True), (75, False)]
)
def test_code_is_taken_from_the_start_until_15_minutes_after_the_end(
    client: Client, held: HeldSession, minutes: int, taken: bool
) -> None:
    assert held.session.starts_at is not None
    page = path_of(place_of(held, held.ama))
    with time_machine.travel(held.session.starts_at + dt.timedelta(minutes=minutes), tick=False):
        answer = client.post(page, {"code": said_code(held.session)}).content.decode()
    assert SaidCode.objects.exists() == taken
    assert "This is not the code of this session." not in answer


@pytest.mark.parametrize("state", ["waiting", "cancelled"])
def test_person_without_a_place_types_no_code(client: Client, during: HeldSession, state: str) -> None:
    place = place_of(during, during.ama)
    Registration.objects.filter(pk=place.pk).update(
        state=state,
        waiting_number=1 if state == "waiting" else None,
        cancelled_at=timezone.now() if state == "cancelled" else None,
    )
    page = path_of(place)
    answer = client.get(page)
    assert "You have no place in this session." in answer.content.decode()
    join = client.get(reverse("join", kwargs={"token": join_token(place)}))
    assert (answer.status_code, join.status_code) == ((410, 410) if state == "cancelled" else (200, 200))
    assert client.post(page, {"code": said_code(during.session)}).status_code == 409
    assert client.post(page, {"act": "open"}).status_code == 409
    assert (SaidCode.objects.count(), SharedRoom.objects.count()) == (0, 0)


def test_code_page_of_a_closed_account_is_gone(client: Client, during: HeldSession) -> None:
    page = path_of(place_of(during, during.ama))
    assert client.get(page).status_code == 200
    Person.objects.filter(pk=during.ama.pk).update(is_active=False)
    assert client.get(page).status_code == 410


def test_forged_link_and_link_of_a_form_are_not_found(client: Client, during: HeldSession) -> None:
    place = place_of(during, during.ama)
    for token in (join_token(place)[:-1] + "x", form_join_token(place)):
        path = reverse("session_code", kwargs={"token": token})
        assert (client.get(path).status_code, client.post(path, {"code": "1"}).status_code) == (404, 404)
    own = reverse("join", kwargs={"token": join_token(place)})
    assert path_of(place) in client.get(own).content.decode()
    of_form = client.get(reverse("join", kwargs={"token": form_join_token(place)})).content.decode()
    assert "/code/" not in of_form


def test_opening_the_page_saves_nothing(client: Client, during: HeldSession) -> None:
    page = path_of(place_of(during, during.ama))
    before = checksums()
    for method in (client.get, client.head):
        answer = method(page)
        assert (answer.status_code, answer["Referrer-Policy"], answer["Cache-Control"]) == (
            200,
            "no-referrer",
            "no-store, private",
        )
    assert said_code(during.session) not in client.get(page).content.decode()
    assert checksums() == before


def test_each_person_in_a_shared_room_confirms_with_their_own_registration(client: Client, during: HeldSession) -> None:
    page = path_of(place_of(during, during.ama))
    for _ in range(2):
        assert client.post(page, {"act": "open"}).status_code == 302
    room = SharedRoom.objects.get()
    assert shown_digits(room.code) in client.get(page).content.decode()
    refused = client.post(page, {"code": room.code})
    assert (refused.status_code, "code of your own room" in refused.content.decode()) == (422, True)
    assert client.post(path_of(place_of(during, during.luc)), {"code": room.code}).status_code == 302
    row = SaidCode.objects.get()
    assert (row.registration.person, row.room) == (during.luc, room)
    assert "1 person typed it." in client.get(page).content.decode()

    # A report has the device of the opener, and nobody else counts because of it.
    during.imported(report(("Ama O", during.ama.email, "12:00", "12:20")))
    assert during.minutes() == {during.ama.name: 20}


def test_code_of_a_room_is_valid_in_its_session_only(during: HeldSession) -> None:
    other = during.programme.session(during.series, 2, on_date=during.session.on_date)
    register(during.luc, other)
    room = actions.open_shared_room(registration=place_of(during, during.ama), now=timezone.now())
    elsewhere = Registration.objects.select_related("session", "person").get(person=during.luc, session=other)
    with pytest.raises(Refusal, match="not the code of this session"):
        actions.type_code(registration=elsewhere, typed=room.code, now=timezone.now())


def leading(held: HeldSession, person: Person) -> Client:
    SessionRole.objects.create(
        session=held.session,
        person=person,
        role="facilitator",
        name=person.name,
        address=person.email,
        given_at=timezone.now(),
    )
    client = Client()
    client.force_login(person)
    return client


def test_code_is_shown_to_those_who_lead_the_session_only(during: HeldSession) -> None:
    path = reverse("lead_code", kwargs={"session": during.session.public_id})
    code = shown_digits(said_code(during.session))
    leader = leading(during, during.people.stranger)
    assert code in leader.get(path).content.decode()
    assert path in leader.get(reverse("lead_session", kwargs={"session": during.session.public_id})).content.decode()
    assert Client().get(path).status_code == 302
    for person in (during.ama, during.by):
        client = Client()
        client.force_login(person)
        assert client.get(path).status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        leader = Client()  # the session of a person with a role ended after 30 minutes
        leader.force_login(during.people.stranger)
        page = leader.get(path).content.decode()
        assert (code in page, "The code is shown from the start" in page) == (False, True)


def test_roll_call_ticks_people_who_typed_a_code_and_counts_them_when_saved(during: HeldSession) -> None:
    third = during.people.make("third@example.org", "Third")
    register(third, during.session)
    now = timezone.now()
    actions.type_code(registration=place_of(during, during.ama), typed=said_code(during.session), now=now)
    room = actions.open_shared_room(registration=place_of(during, during.ama), now=now)
    actions.type_code(registration=place_of(during, during.luc), typed=room.code, now=now)
    leader = leading(during, during.people.stranger)
    path = reverse("roll_call", kwargs={"session": during.session.public_id})
    page = " ".join(leader.get(path).content.decode().split())
    ticked = {int(pk) for pk in re.findall(r'value="(\d+)" checked', page)}
    assert ticked == {during.ama.pk, during.luc.pk}
    assert ("Typed the code, " in page, f"In the shared room of {during.ama.name}, " in page) == (True, True)
    assert not Attendance.objects.exists()
    leader.post(path, {"present": [during.ama.pk]})
    assert {row.person for row in Attendance.objects.confirmed()} == {during.ama}
    for _time in range(2):  # Luc stays without a tick, also after the roll call is saved again
        page = " ".join(leader.get(path).content.decode().split())
        assert {int(pk) for pk in re.findall(r'value="(\d+)" checked', page)} == {during.ama.pk}
        leader.post(path, {"present": [during.ama.pk]})
    assert AttendanceCorrection.objects.filter(person=during.luc).count() == 1


def test_person_who_typed_a_code_is_asked_about_the_session_and_did_not_miss_it(during: HeldSession) -> None:
    write_national_core()
    third = during.people.make("third@example.org", "Third")
    register(third, during.session)
    now = timezone.now()
    actions.type_code(registration=place_of(during, during.ama), typed=said_code(during.session), now=now)
    Material.objects.create(session=during.session, kind="recording", language="en", url="https://video.example/1")
    assert during.session.ends_at is not None
    with time_machine.travel(during.session.ends_at + dt.timedelta(days=1), tick=False):
        during.imported(report(("Luc", during.luc.email, "12:00", "12:40")))
        evaluation = open_evaluation(session=during.session, certified=False, now=timezone.now())
        assert evaluation is not None
        assert set(people_to_invite(evaluation)) == {during.ama, during.luc}
        assert {row.person for row in missed(timezone.now())} == {third}


def test_merged_profile_gives_its_codes_and_its_room(during: HeldSession) -> None:
    gone = during.people.make("gone@example.org", "Gone")
    places = {person: register(person, during.session) for person in (gone,)} | {
        person: place_of(during, person) for person in (during.ama, during.luc)
    }
    now, code = timezone.now(), said_code(during.session)
    for person in (gone, during.ama):
        actions.type_code(registration=place_of(during, person), typed=code, now=now)
        actions.open_shared_room(registration=place_of(during, person), now=now)
    room = SharedRoom.objects.get(opened_by=places[gone])
    actions.type_code(registration=places[during.luc], typed=room.code, now=now)
    actions.merge_attendance(kept=during.ama, gone=gone)
    assert set(SharedRoom.objects.values_list("opened_by", flat=True)) == {places[during.ama].pk}
    assert set(SaidCode.objects.values_list("registration", "room__opened_by")) == {
        (places[during.ama].pk, None),
        (places[during.luc].pk, places[during.ama].pk),
    }


def test_codes_differ_between_sessions_and_are_read_with_spaces_and_dashes(during: HeldSession) -> None:
    codes = {said_code(during.programme.session(during.series, number)) for number in range(2, 32)}
    assert len(codes) == 30
    assert [typed_digits(text) for text in ("481 207", " 481-207 ", "481\u00a0207", "48120", "4812077", "")] == [
        "481207",
        "481207",
        "481207",
        "",
        "",
        "",
    ]
