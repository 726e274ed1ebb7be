"""Coordinators download the people of their own hub, and Pallium staff all people. Each download is recorded."""

import csv
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.reports.people_export import COLUMNS, people_table
from echo_portal.reports.selection import Selection, days
from registrations.models import Registration
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, day

pytestmark = pytest.mark.django_db
PATH = "/en/evaluation/people/"


def people_of(client: Client, **query: str) -> list[dict[str, str]]:
    answer: Any = client.post(PATH, {"period": "all"} | query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(text.splitlines()))


def test_coordinator_downloads_the_people_of_their_hub(held: Held) -> None:
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    for query in ({}, {"hub": "national"}, {"hub": "bc", "series": "national"}):
        assert [row["email"] for row in people_of(client, **query)] == [held.people.ama.email]
    (row,) = people_of(client)
    assert (row["name"], row["profession"], row["registered"], row["attended"]) == (
        held.people.ama.name,
        "RN",
        "1",
        "1",
    )
    event = AuditEvent.objects.filter(verb="people-exported").latest("pk")
    assert (event.scope_id, event.details) == (held.programme.bc.pk, {"people": 1, "series": None})


def test_staff_download_each_person_once(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    found = people_of(staff)
    everyone = (held.people.ama, held.people.luc, held.people.stranger)
    assert sorted(row["email"] for row in found) == sorted(person.email for person in everyone)
    assert [row["registered"] for row in found if row["email"] == held.people.ama.email] == ["2"]
    assert [row["email"] for row in people_of(staff, hub="bc")] == [everyone[0].email]


def test_partner_hub_of_a_joint_series_gets_none_of_its_people(held: Held) -> None:
    held.national.series.partner_hubs.add(held.programme.bc)
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    assert [row["email"] for row in people_of(client)] == [held.people.ama.email]
    assert AuditEvent.objects.get(verb="people-exported").details["people"] == 1


def test_profile_stays_hidden_until_the_address_is_confirmed(held: Held) -> None:
    Person.objects.filter(pk=held.people.ama.pk).update(
        name="Hidden", practice_settings=["LTC"], mailbox_used_at=None, language="fr"
    )
    Registration.objects.filter(person=held.people.ama).update(form_name="As typed", form_language="en")
    (row,) = people_of(signed_in_client(held.people.coordinator(held.programme.bc)))
    shown = [row[name] for name in ("name", "language", "profession", "settings", "confirmed")]
    assert shown == ["As typed", "en", "", "", "0"]


def test_people_who_gave_back_their_place_are_left_out(held: Held) -> None:
    now = timezone.now()
    Registration.objects.filter(person=held.people.luc).update(state="cancelled", cancelled_at=now)
    found = people_of(signed_in_client(held.people.staff))
    assert held.people.luc.email not in [row["email"] for row in found]


def test_nobody_else_downloads_people(held: Held) -> None:
    for person in (held.evaluator(), held.people.stranger):
        client = signed_in_client(person)
        assert client.post(PATH, {"period": "all"}).status_code == 404
        assert "people-header" not in client.get("/en/evaluation/").content.decode()
    coordinator = held.people.coordinator(held.programme.bc)
    without_factor = Client()
    without_factor.force_login(coordinator)
    assert without_factor.post(PATH, {"period": "all"}).status_code == 302
    client = signed_in_client(coordinator)
    assert client.get(PATH).status_code == 405
    assert "people-header" in client.get("/en/evaluation/").content.decode()
    assert not AuditEvent.objects.filter(verb="people-exported").exists()


def test_workbook_explains_each_column_in_both_languages(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    for query, first in (({}, "name"), ({"header": "fr"}, "nom")):
        answer = staff.post(PATH, {"period": "all", "format": "xlsx"} | query)
        book = openpyxl.load_workbook(BytesIO(answer.content))
        names = [cell.value for cell in book.worksheets[0][1]]
        assert (names[0], len(set(names))) == (first, len(COLUMNS))
        assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == names


def test_no_name_becomes_a_formula(held: Held) -> None:
    Person.objects.filter(pk=held.people.ama.pk).update(name="=1+1")
    (row,) = people_of(signed_in_client(held.people.coordinator(held.programme.bc)))
    assert row["name"] == "'=1+1"


@pytest.mark.parametrize("count", [1, 300])
def test_query_count_is_constant(held: Held, count: int) -> None:
    session = held.programme.session(held.bc.series, 9, days=-15)
    held.came(session, *(held.people.make(f"many-{number}@example.org", "M") for number in range(count)))
    with CaptureQueriesContext(connection) as queries:
        found = list(people_table(Selection(days(day(-30), day(-1))), held.people.staff))
    assert (len(found), len(queries)) == (1 + 3 + count, 1)
