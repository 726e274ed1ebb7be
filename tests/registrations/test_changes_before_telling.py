"""A person whom a hub registered hears of changes only with, or after, the email that tells them of it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import Details
from accounts.models import AuditEvent, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import hold
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"note_en": "You asked by phone.", "note_fr": ""}


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("added", sessions=2)[0]


def add(series: Series, by: Person) -> list[Registration]:
    """Register Nora for all sessions of the series, and return her registrations."""
    ids = list(series.sessions.order_by("number").values_list("pk", flat=True))
    nora = Details(name="Nora", email="nora@example.org", language="en")
    return actions.add_people(series=series, session_ids=ids, whole_series=False, people=[nora], by=by, **WHY).rows


def emails() -> list[tuple[str, str]]:
    """Return kind and state of Nora's emails, without reminders."""
    rows = Message.objects.filter(address="nora@example.org").exclude(kind__startswith="reminder").order_by("pk")
    return list(rows.values_list("kind", "state"))


def was_sent() -> None:
    Message.objects.filter(kind="added-by-hub").update(state="sent", sent_at=timezone.now())


def fill(session: Session, person: Person) -> Registration:
    Session.objects.filter(pk=session.pk).update(capacity=1)
    session.refresh_from_db()
    return enroll(person, session.series, session)[0]


@pytest.mark.parametrize("is_held", [False, True])
def test_dropping_a_person_who_was_not_told_withdraws_the_email(
    series: Series, coordinator: Person, is_held: bool
) -> None:
    rows = add(series, coordinator)
    if is_held:
        hold(Message.objects.filter(kind="added-by-hub"))
    event = actions.drop_person(person=rows[0].person, series=series, by=coordinator, **WHY)
    assert emails() == [("added-by-hub", "cancelled")]
    assert Message.objects.get(kind="added-by-hub").reason == "every-place-left"
    assert set(Registration.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(Refusal):
        actions.recall_give_back(event=event, rows=rows, by=coordinator)


def test_dropping_a_person_who_was_told_writes_an_email(series: Series, coordinator: Person) -> None:
    rows = add(series, coordinator)
    was_sent()
    actions.drop_person(person=rows[0].person, series=series, by=coordinator, **WHY)
    assert emails() == [("added-by-hub", "sent"), ("left", "queued")]


def test_email_about_dropped_places_names_only_those_that_the_person_knew(
    series: Series, coordinator: Person, people: People
) -> None:
    first, second = series.sessions.order_by("number")
    (known,) = enroll(people.ama, series, first)
    ama = Details(name="Ama", email=people.ama.email, language="en")
    (unknown,) = actions.add_people(
        series=series, session_ids=[second.pk], whole_series=False, people=[ama], by=coordinator, **WHY
    ).rows
    event = actions.drop_person(person=people.ama, series=series, by=coordinator, **WHY)
    left = Message.objects.get(kind="left")
    assert left.payload["registrations"] == [known.pk]
    again = actions.recall_give_back(event=event, rows=[known, unknown], by=coordinator).again
    assert [row.pk for row in again] == [known.pk]
    left.refresh_from_db()
    assert left.state == "cancelled"


def test_giving_back_one_place_leaves_the_others_in_the_email(series: Series, coordinator: Person) -> None:
    rows = add(series, coordinator)
    actions.give_back_places(registrations=rows[:1], by=coordinator, **WHY)
    assert emails() == [("added-by-hub", "queued")]
    text = preview(Message.objects.get(kind="added-by-hub"), "en", scope_ids=None).text
    assert rows[1].session.title in text
    assert rows[0].session.title not in text
    assert AuditEvent.objects.filter(verb="give-back-places").exists()


def test_free_place_is_part_of_the_first_email(series: Series, coordinator: Person, people: People) -> None:
    taken = fill(series.sessions.get(number=1), people.ama)
    rows = add(series, coordinator)
    assert rows[0].state == "waiting"
    actions.leave_session(registration=taken, by=people.ama)
    rows[0].refresh_from_db()
    assert rows[0].state == "registered"
    assert emails() == [("added-by-hub", "queued")]
    text = preview(Message.objects.get(kind="added-by-hub"), "en", scope_ids=None).text
    assert "waiting list" not in text


@pytest.mark.parametrize("is_held", [False, True])
def test_first_email_says_that_the_hub_gave_a_place_and_why(
    series: Series, coordinator: Person, people: People, is_held: bool
) -> None:
    fill(series.sessions.get(number=1), people.ama)
    rows = add(series, coordinator)
    first = Message.objects.get(kind="added-by-hub")
    if is_held:
        hold(Message.objects.filter(pk=first.pk))
    actions.promote_person(
        registration=rows[0], by=coordinator, note_en="A colleague cannot come.", note_fr="", extra_place=True
    )
    assert emails() == [("added-by-hub", "cancelled"), ("added-by-hub", "held" if is_held else "queued")]
    again = Message.objects.filter(kind="added-by-hub").latest("pk")
    assert (again.due_at, again.about) == (first.due_at, first.about)
    text = preview(again, "en", scope_ids=None).text
    assert "gave you a place in “" in text
    assert "A colleague cannot come." in text
    assert "You asked by phone." in text


def test_person_who_was_told_gets_an_email_about_the_place(series: Series, coordinator: Person, people: People) -> None:
    taken = fill(series.sessions.get(number=1), people.ama)
    add(series, coordinator)
    was_sent()
    actions.leave_session(registration=taken, by=people.ama)
    assert emails() == [("added-by-hub", "sent"), ("place-from-waiting-list", "queued")]


def test_place_kept_for_an_answer_ends_without_an_email_if_none_was_sent(
    series: Series, coordinator: Person, people: People
) -> None:
    session = series.sessions.get(number=1)
    Session.objects.filter(pk=session.pk).update(capacity=1)
    rows = add(series, coordinator)
    hold(Message.objects.filter(kind="added-by-hub"))
    Registration.objects.filter(pk=rows[0].pk).update(kept_until=timezone.now() - dt.timedelta(minutes=1))
    enroll(people.ama, series, session)
    actions.promote_waiting(session_id=session.pk)
    rows[0].refresh_from_db()
    assert rows[0].state == "cancelled"
    assert emails() == [("added-by-hub", "held")]
