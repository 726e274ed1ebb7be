"""Hubs drop, move and promote people with a reason, and nobody loses a place that they had."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Enrollment, Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"note_en": "The room is small.", "note_fr": "La salle est petite."}


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("moves", sessions=2, title_fr="Série")[0]


def state_of(row: Registration) -> str:
    row.refresh_from_db()
    return row.state


def text_of(kind: str, language: str = "en") -> str:
    return preview(Message.objects.get(kind=kind), language, scope_ids=None).text


def test_moved_person_gets_one_email_with_the_reason_and_the_new_invitation(
    series: Series, coordinator: Person, people: People
) -> None:
    first, second = series.sessions.order_by("number")
    (row,) = enroll(people.ama, series, first)
    moved = actions.move_registration(registration=row, to_session=second, by=coordinator, **WHY)
    assert (state_of(row), moved.session_id, moved.state) == ("cancelled", second.pk, "registered")
    message = Message.objects.get(kind="moved-by-hub")
    assert dt.timedelta(minutes=4) < message.due_at - timezone.now() <= dt.timedelta(minutes=5)
    assert f"{coordinator.name} of National ECHO moved you to this session." in text_of("moved-by-hub")
    assert "The room is small." in text_of("moved-by-hub")
    assert "La salle est petite." in text_of("moved-by-hub", "fr")
    part = preview(message, "en", scope_ids=None).calendar
    assert part is not None
    assert part.method == "REQUEST"
    assert not Message.objects.filter(kind="left").exists(), "the first session came in no invitation that was sent"


def test_invitation_of_the_old_session_is_cancelled_in_a_second_email(
    series: Series, coordinator: Person, people: People
) -> None:
    first, second = series.sessions.order_by("number")
    (row,) = enroll(people.ama, series, first)
    Message.objects.filter(kind="confirmation").update(transmitting_at=timezone.now())
    actions.move_registration(registration=row, to_session=second, by=coordinator, **WHY)
    email = preview(Message.objects.get(kind="left"), "en", scope_ids=None)
    assert email.calendar is not None
    assert email.calendar.method == "CANCEL"
    assert "National ECHO moved you to another session" in email.text


def test_place_that_becomes_free_goes_to_the_next_person(
    programme: Programme, series: Series, coordinator: Person, people: People
) -> None:
    full = programme.session(series, 9, days=30, capacity=1)
    (row,) = enroll(people.ama, series, full)
    (waiting,) = enroll(people.luc, series, full)
    actions.move_registration(registration=row, to_session=series.sessions.get(number=1), by=coordinator, **WHY)
    assert state_of(waiting) == "registered"


def test_move_to_another_series_of_the_hub_enrolls_without_its_key(
    programme: Programme, series: Series, coordinator: Person, people: People
) -> None:
    keyed, (target,) = programme.open_series("keyed", sessions=1, registration_mode="key")
    (row,) = enroll(people.ama, series, series.sessions.get(number=1))
    moved = actions.move_registration(registration=row, to_session=target, by=coordinator, **WHY)
    enrollment = Enrollment.objects.get(series=keyed)
    assert (moved.enrollment_id, enrollment.covers_later_sessions) == (enrollment.pk, False)


def test_move_is_taken_back_without_an_email(series: Series, coordinator: Person, people: People) -> None:
    first, second = series.sessions.order_by("number")
    (row,) = enroll(people.ama, series, first)
    moved = actions.move_registration(registration=row, to_session=second, by=coordinator, **WHY)
    again = actions.recall_move(registration=moved, by=coordinator)
    assert (again.pk, state_of(row), state_of(moved)) == (row.pk, "registered", "cancelled")
    assert list(Message.objects.pending().exclude(kind__startswith="reminder").values_list("kind", flat=True)) == [
        "confirmation"
    ]
    with pytest.raises(Refusal):
        actions.recall_move(registration=moved, by=coordinator)


def test_move_is_not_taken_back_if_somebody_else_has_the_place(
    programme: Programme, series: Series, coordinator: Person, people: People
) -> None:
    full = programme.session(series, 9, days=30, capacity=1)
    (row,) = enroll(people.ama, series, full)
    enroll(people.luc, series, full)
    target = series.sessions.get(number=1)
    moved = actions.move_registration(registration=row, to_session=target, by=coordinator, **WHY)
    before = checksums()
    with pytest.raises(Refusal) as refused:
        actions.recall_move(registration=moved, by=coordinator)
    assert (refused.value.code, checksums()) == ("full", before)


@pytest.mark.parametrize("case", ["no-reason", "full", "registered", "said-no", "held", "cancelled"])
def test_refused_move_keeps_the_old_place(
    programme: Programme, series: Series, coordinator: Person, people: People, case: str
) -> None:
    first, second = series.sessions.order_by("number")
    (row,) = enroll(people.ama, series, first)
    notes = WHY
    if case == "no-reason":
        notes = {"note_en": "", "note_fr": ""}
    elif case == "full":
        Session.objects.filter(pk=second.pk).update(capacity=1)
        enroll(people.luc, series, second)
    elif case in ("registered", "said-no"):
        (there,) = enroll(people.ama, series, second)
        if case == "said-no":
            actions.leave_session(registration=there, by=people.ama)
    elif case == "held":
        second = programme.session(series, 8, days=-3)
    else:
        actions.leave_session(registration=row, by=people.ama)
    before = checksums()
    with pytest.raises(Refusal) as refused:
        actions.move_registration(registration=row, to_session=second, by=coordinator, **notes)
    assert (refused.value.code, checksums()) == (case, before)


def test_person_is_taken_out_of_the_series_with_one_email_that_can_be_taken_back(
    series: Series, coordinator: Person, people: People
) -> None:
    rows = enroll(people.ama, series, *series.sessions.order_by("pk"), whole=True)
    event = actions.drop_person(person=people.ama, series=series, by=coordinator, **WHY)
    assert [state_of(row) for row in rows] == ["cancelled", "cancelled"]
    assert Enrollment.objects.get().left_at is not None
    text = text_of("left")
    assert "National ECHO gave back your place" in text
    assert "The room is small." in text
    told = AuditEvent.objects.filter(verb="leave-session").values_list("about", "actor_id")
    assert set(told) == {(f"registration:{row.pk}", coordinator.pk) for row in rows}
    done = actions.recall_give_back(event=event, rows=rows, by=coordinator)
    assert {row.pk for row in done.again} == {row.pk for row in rows}
    assert Enrollment.objects.get().left_at is None
    assert Message.objects.get(kind="left").state == "cancelled"
    with pytest.raises(Refusal):
        actions.recall_give_back(event=event, rows=rows, by=coordinator)


def test_person_is_promoted_by_hand_before_others_who_keep_their_order(
    programme: Programme, coordinator: Person, people: People
) -> None:
    series = programme.series("full", title_fr="Complète")
    session = programme.session(series, 1, days=20, capacity=1)
    enroll(people.ama, series, session)
    (luc,), (sam,) = (enroll(person, series, session) for person in (people.luc, people.stranger))
    with pytest.raises(Refusal) as refused:
        actions.promote_person(registration=sam, by=coordinator, **WHY)
    assert refused.value.code == "no-place"
    actions.promote_person(registration=sam, by=coordinator, extra_place=True, **WHY)
    session.refresh_from_db()
    assert (state_of(sam), state_of(luc), session.capacity) == ("registered", "waiting", 2)
    assert "National ECHO gave you a place. You were on the waiting list." in text_of("place-from-waiting-list")
    assert "The room is small." in text_of("place-from-waiting-list")
    event = AuditEvent.objects.get(verb="promoted-by-hand")
    assert (event.actor_id, event.details["passed"]) == (coordinator.pk, 1)
    before = checksums()
    with pytest.raises(Refusal) as again:
        actions.promote_person(registration=sam, by=coordinator, extra_place=True, **WHY)
    assert (again.value.code, checksums()) == ("not-waiting", before)
