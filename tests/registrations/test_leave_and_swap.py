"""Leaving and swapping sessions, the waiting list, and the links of emails."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import revoke_links
from accounts.links import FEED, MANAGE, token_for
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Enrollment, Registration
from tests.builders import Programme, enroll
from tests.messages import answers
from tests.people import People

pytestmark = pytest.mark.django_db

State = Registration.State


def state_of(row: Registration) -> str:
    return Registration.objects.get(pk=row.pk).state


def test_place_given_up_is_given_to_the_next_waiting_person(programme: Programme, people: People) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1)
    first, second, third = (enroll(person, series, session)[0] for person in (people.ama, people.luc, people.stranger))
    assert [state_of(row) for row in (first, second, third)] == ["registered", "waiting", "waiting"]
    actions.leave_session(registration=first, by=people.ama)
    assert [state_of(row) for row in (first, second, third)] == ["cancelled", "registered", "waiting"]
    kinds = list(answers().values_list("kind", "person_id"))[3:]
    assert kinds == [("left", people.ama.pk), ("place-from-waiting-list", people.luc.pk)]


def test_leaving_a_session_twice_writes_one_email(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series()
    (row,) = enroll(people.ama, series, sessions[0])
    actions.leave_session(registration=row, by=people.ama)
    once = Registration.objects.get(pk=row.pk).revision
    actions.leave_session(registration=row, by=people.ama)
    assert Registration.objects.get(pk=row.pk).revision == once
    assert Message.objects.filter(kind="left").count() == 1


def test_sequence_increases_after_leaving_and_after_registering_again(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series()
    (row,) = enroll(people.ama, series, sessions[0])
    seen = [row.sequence]
    actions.leave_session(registration=row, by=people.ama)
    seen.append(Registration.objects.get(pk=row.pk).sequence)
    (again,) = enroll(people.ama, series, sessions[0])
    seen.append(again.sequence)
    assert again.pk == row.pk, "revived, not duplicated"
    assert seen == [0, 1, 2]


def test_waiting_list_does_not_move_up_shortly_before_the_session(programme: Programme, people: People) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1, promote_until_minutes=60 * 24 * 28)
    first = enroll(people.ama, series, session)[0]
    actions.leave_session(registration=first, by=people.ama)
    (row,) = enroll(people.luc, series, session)
    assert state_of(row) == "registered", "first come, first served"
    (late,) = enroll(people.stranger, series, session)
    actions.leave_session(registration=row, by=people.luc)
    assert state_of(late) == "waiting"


def test_waiting_list_moves_up_when_the_limit_is_raised(programme: Programme, people: People) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1)
    enroll(people.ama, series, session)
    (waiting,) = enroll(people.luc, series, session)
    session.capacity = 2
    session.save()
    assert actions.promote_waiting(session_id=session.pk) == 1
    assert actions.promote_waiting(session_id=session.pk) == 0
    assert state_of(waiting) == "registered"


def test_leaving_a_series_keeps_the_registrations_of_held_sessions(programme: Programme, people: People) -> None:
    series = programme.series("ltc")
    held, to_come = programme.session(series, 1, days=-7), programme.session(series, 2, days=7)
    enroll(people.ama, series, to_come, whole=True)
    past = Registration.objects.create(
        person=people.ama,
        session=held,
        state=State.REGISTERED,
        registered_at="2026-01-01T00:00Z",
        changed_at="2026-01-01T00:00Z",
    )
    left = actions.leave_series(person=people.ama, series=series, by=people.ama)
    assert [row.session for row in left] == [to_come]
    assert state_of(past) == "registered"
    assert Registration.objects.get(session=to_come).state == "cancelled"
    assert Enrollment.objects.get().left_at is not None


def test_swap_cancels_the_old_date_and_registers_the_new(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, sessions[0])
    taken = actions.swap_session(registration=row, to_session=sessions[1], by=people.ama)
    assert (state_of(row), taken.session_id, state_of(taken)) == ("cancelled", sessions[1].pk, "registered")
    assert list(answers().values_list("kind", flat=True)) == [
        "confirmation",
        "left",
        "confirmation",
    ]


def test_swap_page_of_an_exchanged_date_offers_no_other_date(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, sessions[0])
    page = reverse("swap_session", kwargs={"token": token_for(people.ama, MANAGE), "registration": row.public_id})
    assert 'name="to"' in client.get(page).content.decode()
    actions.swap_session(registration=row, to_session=sessions[1], by=people.ama)
    text = client.get(page).content.decode()
    assert ('name="to"' in text, "was given back" in text) == (False, True)


def test_swap_to_another_series_is_refused_and_the_old_place_is_kept(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    _other, foreign = programme.open_series("other", choose_one=True)
    (row,) = enroll(people.ama, series, sessions[0])
    with pytest.raises(Refusal):
        actions.swap_session(registration=row, to_session=foreign[0], by=people.ama)
    assert state_of(row) == "registered"


def test_personal_link_displays_and_changes_only_the_persons_own_sessions(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series()
    (ama_row,) = enroll(people.ama, series, sessions[0])
    (luc_row,) = enroll(people.luc, series, sessions[1])
    token = token_for(people.ama, MANAGE)
    page = client.get(reverse("my_sessions_link", kwargs={"token": token}))
    text = page.content.decode()
    assert page.status_code == 200
    assert ("psw-cop 1" in text, "psw-cop 2" in text) == (True, False)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store, private", "same-origin")
    leave = {"token": token, "registration": luc_row.public_id}
    assert client.post(reverse("leave_session", kwargs=leave)).status_code == 404
    assert state_of(luc_row) == "registered"
    leave = {"token": token, "registration": ama_row.public_id}
    assert client.get(reverse("leave_session", kwargs=leave)).status_code == 200
    assert state_of(ama_row) == "registered", "a GET changes nothing"
    assert client.post(reverse("leave_session", kwargs=leave)).status_code == 302
    assert state_of(ama_row) == "cancelled"


def test_forged_foreign_and_revoked_tokens_open_nothing(client: Client, programme: Programme, people: People) -> None:
    good = token_for(people.ama, MANAGE)

    def status(token: str) -> int:
        return client.get(reverse("my_sessions_link", kwargs={"token": token})).status_code

    assert status(good) == 200
    assert status(token_for(people.ama, FEED)) == 404
    assert status(good[:-1] + ("A" if good[-1] != "A" else "B")) == 404
    assert status("x" * 300) == 404
    revoke_links(person=people.ama, by=people.ama)
    assert status(good) == 410
    people.ama.refresh_from_db()
    assert status(token_for(people.ama, MANAGE)) == 200
