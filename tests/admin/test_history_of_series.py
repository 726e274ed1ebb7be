"""The history of a series names people, reasons and files to the coordinators of its hub, and to nobody else."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from registrations import actions
from registrations.models import AddressCorrection, MergeProposal, Registration
from sessions.models import Series, Session
from tests.admin.pages import address, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.attendance.held_session import register
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
LIST = b"Name,Email\nBo,bo@example.org\nCy,cy@example.org\n"


def lines(client: Client, row: Any, language: str = "en") -> list[tuple[str, str, str]]:
    page = client.get(address(type(row), "history", row.pk), headers={"accept-language": language})
    found = page.context["lines"]
    text = says(page)
    assert [line.whose for line in found if line.whose and line.whose not in text] == []
    return [(line.who, line.whose, line.sentence.replace("\u00a0", " ")) for line in found]


def drop(own: HubRows, **notes: str) -> None:
    person = own[Registration].person
    actions.drop_person(person=person, series=own[Series], by=own.coordinator, **{"note_en": "", "note_fr": ""} | notes)


def test_history_names_who_was_removed_by_whom_and_why(own: HubRows, coordinator_client: Client) -> None:
    drop(own, note_en="You asked by telephone.", note_fr="Vous l’avez demandé.")
    assert lines(coordinator_client, own[Series])[0] == (
        "OWNHUB-coordinator",
        "OWNHUB-person",
        "They were removed from the series. Reason: You asked by telephone.",
    )
    assert lines(coordinator_client, own[Series], "fr")[0][2] == (
        "La personne a été retirée de la série. Raison : Vous l’avez demandé."
    )
    assert lines(coordinator_client, own[Session])[0] == (
        "OWNHUB-coordinator",
        "OWNHUB-person",
        "The place was given back. Reason: You asked by telephone.",
    )


def test_reason_in_one_language_is_displayed_in_both(own: HubRows, coordinator_client: Client) -> None:
    drop(own, note_fr="Vous l’avez demandé.")
    assert lines(coordinator_client, own[Series])[0][2].endswith("Reason: Vous l’avez demandé.")


def test_person_who_left_by_themselves_is_named_without_a_reason(own: HubRows, coordinator_client: Client) -> None:
    person = own[Registration].person
    actions.leave_series(person=person, series=own[Series], by=person)
    assert lines(coordinator_client, own[Series])[0] == (
        "The person themselves",
        "OWNHUB-person",
        "They left the series.",
    )


def test_proposals_are_named_by_the_person(own: HubRows, people: People, coordinator_client: Client) -> None:
    AddressCorrection.objects.all().delete()
    MergeProposal.objects.all().delete()
    facts: dict[str, Any] = {"series": own[Series], "reason": "By telephone.", "by": own.coordinator}
    person = own[Registration].person
    actions.propose_address(person=person, new_address="right@example.org", **facts)
    twin = people.make("twin@example.org", "Twin")
    register(twin, own[Session])
    actions.propose_merge(person=person, other=twin, names="OWNHUB-person, Twin", **facts)
    assert lines(coordinator_client, own[Series])[:2] == [
        ("OWNHUB-coordinator", "OWNHUB-person, Twin", "Merging two profiles was proposed."),
        ("OWNHUB-coordinator", "OWNHUB-person", "Another address was proposed to Pallium staff."),
    ]


def test_uploaded_list_is_named_with_its_rows(own: HubRows, coordinator_client: Client) -> None:
    facts: dict[str, Any] = {
        "language": "en",
        "session_ids": [],
        "whole_series": True,
        "note_en": "x",
        "note_fr": "",
        "data": LIST,
    }
    actions.upload_list(series=own[Series], file_name="list.csv", by=own.coordinator, **facts)
    said = "A list with 2 rows was uploaded; nobody is registered by it yet. File: list.csv"
    assert lines(coordinator_client, own[Series])[0][2] == said
    actions.upload_list(series=own[Series], file_name="list.csv", by=own.coordinator, **facts)
    assert lines(coordinator_client, own[Series])[1][2] == said.partition(" File")[0], "the first list is deleted"


def test_recalled_cancellation_is_named(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    change = actions.cancel_session(
        session=session, by=own.coordinator, note_en="", note_fr="", seen_revision=session.revision
    )
    actions.recall_change(change=change, by=own.coordinator)
    (line, *_others) = lines(coordinator_client, session)
    assert line[2].startswith("The cancellation of the session was taken back.")


def test_other_hub_reads_no_name_and_no_reason(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    person = other[Registration].person
    notes = {"note_en": "FOREIGN-reason", "note_fr": ""}
    own[Series].partner_hubs.add(other.hub)
    other[Series].partner_hubs.add(own.hub)
    actions.drop_person(person=person, series=other[Series], by=other.coordinator, **notes)
    drop(own, note_en="OWNHUB-reason")
    foreign = coordinator_client.get(address(Series, "history", other[Series].pk))
    assert foreign.context["lines"] == []
    assert "FOREIGN-reason" not in foreign.content.decode()
    partner = signed_in_client(other.coordinator).get(address(Series, "history", own[Series].pk))
    assert "OWNHUB-reason" not in partner.content.decode()
    assert "OWNHUB-person" not in partner.content.decode()


def test_history_of_a_series_asks_as_many_queries_for_50_people_who_left(
    own: HubRows, people: People, coordinator_client: Client
) -> None:
    here, counts = address(Series, "history", own[Series].pk), []
    coordinator_client.get(here)
    for number in (1, 50):
        for at in range(number):
            person: Person = people.make(f"p{number}-{at}@example.org", f"P{number}-{at}")
            register(person, own[Session])
            actions.leave_series(person=person, series=own[Series], by=own.coordinator, note_en=f"Reason {at}")
        with CaptureQueriesContext(connection) as queries:
            assert coordinator_client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
