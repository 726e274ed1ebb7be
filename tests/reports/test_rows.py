"""Pallium staff download registrations, attendances and credits as rows without names. Each download is recorded."""

import csv
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Person
from echo_portal.reports.row_exports import KINDS, header, rows_table
from echo_portal.reports.selection import Selection, days
from registrations.models import Registration
from sessions.models import Series
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, day

pytestmark = pytest.mark.django_db
PATH = "/en/evaluation/rows/"


def rows(client: Client, kind: str, **query: str) -> list[dict[str, str]]:
    answer: Any = client.post(PATH, {"period": "all", "rows": kind} | query)
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(text.splitlines()))


def test_staff_download_rows_without_names(held: Held) -> None:
    Person.objects.filter(pk=held.people.ama.pk).update(
        forward_sortation_area="X0A", serves_rural="yes", practice_settings=["LTC", "HOME"]
    )
    staff = signed_in_client(held.people.staff)
    found = rows(staff, "attendance")
    assert [(row["hub"], row["series"], row["session"], row["seconds"], row["source"]) for row in found] == [
        *[("national", "national", "1", "3600", "roll-call")] * 3,
        ("bc", "of-bc", "1", "3600", "roll-call"),
    ]
    of_ama = [row for row in found if row["province"] == "NU"]
    about_ama = [(row["profession"], row["settings"], row["rural"], row["serves_rural"]) for row in of_ama]
    assert about_ama == [("RN", "HOME LTC", "1", "yes")] * 2
    assert len({row["person"] for row in found}) == 3
    assert {row["person"] for row in rows(staff, "registrations")} == {row["person"] for row in found}
    assert rows(staff, "attendance", hub="bc") == found[3:]
    personal = (held.people.ama.name, held.people.ama.email, str(held.people.ama.public_id))
    assert [word for word in personal if any(word in row.values() for row in found)] == []
    assert str(held.people.ama.pk) not in {row["person"] for row in found}


def test_cancelled_places_are_rows_of_registrations(held: Held) -> None:
    row = Registration.objects.filter(person=held.people.luc).get()
    Registration.objects.filter(pk=row.pk).update(state="cancelled", cancelled_at=row.registered_at)
    found = rows(signed_in_client(held.people.staff), "registrations")
    assert [(line["state"], bool(line["cancelled_on"])) for line in found].count(("cancelled", True)) == 1
    assert len(found) == 4


def test_workbook_explains_each_column(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    for kind, (columns, _rows_of) in KINDS.items():
        answer = staff.post(PATH, {"period": "all", "rows": kind, "format": "xlsx"})
        book = openpyxl.load_workbook(BytesIO(answer.content))
        assert [cell.value for cell in book.worksheets[0][1]] == [column.code for column in columns]
        assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == [one.code for one in columns]


def test_columns_have_french_names_if_asked_for(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    found = rows(staff, "attendance", header="fr")
    assert list(found[0])[:4] == ["personne", "carrefour", "serie", "seance"]
    assert [list(row.values()) for row in found] == [list(row.values()) for row in rows(staff, "attendance")]
    for kind, (columns, _rows_of) in KINDS.items():
        names = header(kind, french=True)
        assert len(set(names)) == len(columns)
        answer = staff.post(PATH, {"period": "all", "rows": kind, "format": "xlsx", "header": "fr"})
        book = openpyxl.load_workbook(BytesIO(answer.content))
        assert [cell.value for cell in book.worksheets[0][1]] == names
        assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == names


def test_no_text_becomes_a_formula(held: Held) -> None:
    Series.objects.filter(pk=held.bc.series_id).update(slug="-1+2")
    assert "'-1+2" in [row["series"] for row in rows(signed_in_client(held.people.staff), "attendance")]


def test_nobody_but_staff_downloads_rows(held: Held) -> None:
    coordinator = held.people.coordinator(held.programme.bc)
    for person in (coordinator, held.evaluator(), held.people.stranger):
        client = signed_in_client(person)
        assert client.post(PATH, {"period": "all", "rows": "attendance"}).status_code == 404
        assert 'name="rows"' not in client.get("/en/evaluation/").content.decode()
    staff = signed_in_client(held.people.staff)
    assert 'name="rows"' in staff.get("/en/evaluation/").content.decode()
    assert staff.post(PATH, {"period": "all", "rows": "people"}).status_code == 404
    assert staff.get(PATH).status_code == 405
    assert not AuditEvent.objects.filter(verb="rows-exported").exists()


def test_download_is_recorded(held: Held) -> None:
    rows(signed_in_client(held.people.staff), "registrations")
    event = AuditEvent.objects.get(verb="rows-exported")
    assert (event.actor_id, event.about, event.details) == (
        held.people.staff.pk,
        "figures:all",
        {"kind": "registrations", "lines": 4, "series": None},
    )


@pytest.mark.parametrize("count", [1, 300])
def test_query_count_is_constant(held: Held, count: int) -> None:
    session = held.programme.session(held.bc.series, 9, days=-15)
    held.came(session, *(held.people.make(f"many-{number}@example.org", "M") for number in range(count)))
    with CaptureQueriesContext(connection) as queries:
        found = list(rows_table("attendance", Selection(days(day(-30), day(-1)))))
    assert (len(found), len(queries)) == (1 + 4 + count, 1)
