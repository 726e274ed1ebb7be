"""Histories say from where to where a person was moved, and that of a series names the places given back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import Details
from echo_portal.admin.history import Line, history_of, history_of_places
from registrations import actions
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import address
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
MOVED = "The person was moved from “1. OWNHUB-session” to “8. Evening”."
BACK = "The person was moved back from “8. Evening” to “1. OWNHUB-session”."


@pytest.fixture
def evening(own: HubRows, programme: Programme) -> Session:
    return programme.session(own[Series], 8, days=30, title_en="Evening")


def move(own: HubRows, to: Session) -> Registration:
    return actions.move_registration(
        registration=own[Registration], to_session=to, by=own.coordinator, note_en="You asked.", note_fr=""
    )


def told(lines: list[Line]) -> list[tuple[str, str, str]]:
    return [(line.who, line.whose, line.sentence) for line in lines]


def test_history_says_from_where_to_where_a_person_was_moved(own: HubRows, evening: Session) -> None:
    moved = move(own, evening)
    by = own.coordinator.name
    assert told(history_of(own[Series], own.coordinator))[0] == (by, "OWNHUB-person", MOVED)
    rows = [own[Registration], moved]
    assert told(history_of_places(rows, own.coordinator)) == [(by, "8. Evening", MOVED)]
    actions.recall_move(registration=moved, by=own.coordinator)
    assert [line.sentence for line in history_of(own[Series], own.coordinator)[:2]] == [BACK, MOVED]
    assert [line.sentence for line in history_of(own[Session], own.coordinator)[:2]] == [BACK, MOVED]


def test_move_to_another_series_names_both_series(own: HubRows, programme: Programme) -> None:
    other, (target, *_rest) = programme.open_series("other-series", hub=own.hub)
    move(own, target)
    said = "The person was moved from “OWNHUB-series: 1. OWNHUB-session” to “Series other-series: 1. other-series 1”."
    for series in (own[Series], other):
        assert history_of(series, own.coordinator)[0].sentence == said


def test_history_of_a_series_names_a_place_that_was_given_back(own: HubRows) -> None:
    row = own[Registration]
    actions.leave_session(registration=row, by=row.person)
    assert told(history_of(own[Series], own.coordinator))[0] == (
        "The person themselves",
        "OWNHUB-person, 1. OWNHUB-session",
        "The place was given back.",
    )


def test_person_who_was_removed_is_one_line(own: HubRows, evening: Session) -> None:
    register(own[Registration].person, evening)
    before = len(history_of(own[Series], own.coordinator))
    notes = {"note_en": "You asked.", "note_fr": ""}
    actions.drop_person(person=own[Registration].person, series=own[Series], by=own.coordinator, **notes)
    lines = history_of(own[Series], own.coordinator)
    assert (lines[0].sentence, len(lines) - before) == ("They were removed from the series. Reason: You asked.", 1)


def test_other_hubs_read_no_moves(own: HubRows, other: HubRows, evening: Session) -> None:
    own[Series].partner_hubs.add(other.hub)
    move(own, evening)
    page = signed_in_client(other.coordinator).get(address(Series, "history", own[Series].pk))
    assert "OWNHUB-person" not in page.content.decode()


def test_history_of_a_series_makes_as_many_queries_for_50_moves(
    own: HubRows, evening: Session, people: People, coordinator_client: Client
) -> None:
    here, counts = reverse("admin:echo_sessions_series_history", args=(own[Series].pk,)), []
    coordinator_client.get(here)
    for number in (1, 50):
        for at in range(number):
            row = register(people.make(f"m{number}-{at}@example.org", f"M{number}-{at}"), own[Session])
            actions.move_registration(
                registration=row, to_session=evening, by=own.coordinator, note_en="You asked.", note_fr=""
            )
        with CaptureQueriesContext(connection) as queries:
            assert coordinator_client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_of_a_person_has_their_answer_once_and_no_answer_of_others(
    own: HubRows, evening: Session, people: People
) -> None:
    typed = [Details(name=one.name, email=one.email, language="en") for one in (people.ama, people.luc)]
    ids = [own[Session].pk, evening.pk]
    added = actions.add_people(
        series=own[Series],
        session_ids=ids,
        whole_series=False,
        people=typed,
        by=own.coordinator,
        note_en="You asked.",
        note_fr="",
    )
    actions.decline_addition(addition=added.addition, person=people.luc)
    mine = [row for row in added.rows if row.person_id == people.ama.pk]
    said = "The person whom the hub registered said {}."
    assert [line for line in history_of_places(mine, own.coordinator) if "hub registered said" in line.sentence] == []
    actions.accept_addition(addition=added.addition, person=people.ama, page_language="en")
    lines = [line.sentence for line in history_of_places(mine, own.coordinator)]
    assert [line for line in lines if "hub registered said" in line] == [said.format("yes")]
    for row in mine:
        lines = [line.sentence for line in history_of(row, own.coordinator)]
        assert [line for line in lines if "hub registered said" in line] == [said.format("yes")]
