"""A worker writes the file of a long export. Only its owner can download it, and it is deleted after seven days."""

import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models import AuditEvent, Person
from credits.models import Accreditation, CreditEntry
from echo_portal.lib.csv_file import csv_lines
from echo_portal.lib.refusals import Refusal
from echo_portal.reports import exporting
from echo_portal.reports.exporting import ask_for_export, delete_expired_exports, write_exports
from echo_portal.reports.models import LongExport, LongExportPart
from echo_portal.reports.row_copy import copied_header, copied_lines
from echo_portal.reports.row_exports import KINDS, rows_table
from echo_portal.reports.selection import Selection, days
from registrations.models import Registration
from sessions.models import Series
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, day

pytestmark = pytest.mark.django_db
ROWS, LIST = "/en/evaluation/rows/", "/en/evaluation/exports/"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the limits so that exports with more than three rows are long, and that their parts are small."""
    monkeypatch.setattr("echo_portal.views.dashboard.LONG", 3)
    monkeypatch.setattr(exporting, "PART_BYTES", 100)


def asked_for(held: Held, file_format: str = "csv", kind: str = "attendance") -> LongExport:
    return ask_for_export(
        kind=kind,
        file_format=file_format,
        selection=Selection(days(day(-30), day(-1))),
        language="en",
        by=held.people.staff,
    )


def content(client: Client, row: LongExport) -> bytes:
    answer: Any = client.post(reverse("long_export_file", kwargs={"export": row.public_id}))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.mark.usefixtures("short")
def test_long_export_is_written_by_a_worker_and_downloaded_by_its_owner(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    form = {"period": "all", "rows": "attendance"}
    answer = staff.post(ROWS, form, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    page = " ".join(answer.content.decode().split())
    assert ("0 of 4 rows are written." in page, "Download the file" in page) == (True, False)
    row = LongExport.objects.get()
    assert staff.post(reverse("long_export_file", kwargs={"export": row.public_id})).status_code == 404
    assert write_exports() == 1
    page = " ".join(staff.get(LIST).content.decode().split())
    assert ("4 rows. Deleted on" in page, "Download the file" in page) == (True, True)
    lines = list(csv.reader(content(staff, row).decode().removeprefix("\ufeff").splitlines()))
    assert lines == [[str(cell) for cell in line] for line in plain("attendance")]
    assert LongExportPart.objects.count() > 1
    assert write_exports() == 0
    verbs = AuditEvent.objects.filter(about=f"long-export:{row.pk}").order_by("pk")
    assert list(verbs.values_list("verb", "actor_id")) == [
        ("long-export-asked", held.people.staff.pk),
        ("long-export-downloaded", held.people.staff.pk),
    ]


def plain(kind: str) -> list[list[object]]:
    """Return the rows as the short export writes them."""
    text = "".join(csv_lines(rows_table(kind, Selection(days(day(-30), day(-1)))), "en")).removeprefix("\ufeff")
    return [list(line) for line in csv.reader(text.splitlines())]


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_long_export_keeps_the_chosen_names_of_columns(held: Held, file_format: str) -> None:
    staff = signed_in_client(held.people.staff)
    staff.post(ROWS, {"period": "all", "rows": "attendance", "header": "fr", "format": file_format})
    assert write_exports() == 1
    file = content(staff, LongExport.objects.get())
    if file_format == "csv":
        first = file.decode().removeprefix("\ufeff").splitlines()[0].split(",")
    else:
        first = [cell.value for cell in openpyxl.load_workbook(BytesIO(file)).worksheets[0][1]]
    assert first[:4] == ["personne", "carrefour", "serie", "seance"]


def test_nobody_but_the_owner_downloads_or_deletes_it(held: Held) -> None:
    row = asked_for(held)
    write_exports()
    other = held.people.make("other@example.org", "Olga Other", is_staff=True, is_programme_staff=True)
    addresses = [reverse(name, kwargs={"export": row.public_id}) for name in ("long_export_file", "delete_long_export")]
    for person in (other, held.people.coordinator(held.programme.bc), held.evaluator(), held.people.stranger):
        client = signed_in_client(person)
        assert [client.post(address).status_code for address in addresses] == [404, 404]
        assert client.get(LIST).status_code == (200 if person == other else 404)
    assert (
        "Attendances"
        not in signed_in_client(held.people.make("third@example.org", "T", is_staff=True, is_programme_staff=True))
        .get(LIST)
        .content.decode()
        .partition("<main")[2]
        .partition("</main")[0]
    )
    assert [Client().post(address).status_code for address in addresses] == [302, 302]
    staff = signed_in_client(held.people.staff)
    assert content(staff, row)
    Person.objects.filter(pk=held.people.staff.pk).update(is_programme_staff=False)
    assert staff.post(addresses[0]).status_code == 404, "the owner is asked at each download"


def test_file_is_deleted_by_its_owner_and_after_seven_days(held: Held) -> None:
    first, second = asked_for(held), asked_for(held)
    assert [write_exports(), write_exports()] == [1, 1]
    staff = signed_in_client(held.people.staff)
    assert staff.post(reverse("delete_long_export", kwargs={"export": first.public_id})).status_code == 302
    assert AuditEvent.objects.filter(verb="long-export-deleted", about=f"long-export:{first.pk}").count() == 1
    assert list(LongExportPart.objects.values_list("export", flat=True).distinct()) == [second.pk]
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=-1), tick=False):
        assert delete_expired_exports() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=1), tick=False):
        assert not LongExport.objects.kept(timezone.now()).filter(pk=second.pk).exists(), "nobody opens it any more"
        assert [delete_expired_exports(), delete_expired_exports()] == [1, 0]
    assert not LongExportPart.objects.exists()


def test_one_file_is_written_at_a_time(held: Held) -> None:
    asked_for(held)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('reports.long_export'))")
        assert write_exports() == 0
        with other.cursor() as cursor:  # a closed connection gives its locks back a moment later
            cursor.execute("SELECT pg_advisory_unlock(hashtext('reports.long_export'))")
        assert write_exports() == 1
    finally:
        other.close()


def test_workbook_has_the_same_rows_and_the_codebook(held: Held) -> None:
    row = asked_for(held, "xlsx")
    assert write_exports() == 1
    book = openpyxl.load_workbook(BytesIO(content(signed_in_client(held.people.staff), row)))
    assert book.worksheets[0].max_row == 5
    row.refresh_from_db()
    assert row.rows_done == 4
    assert book.worksheets[1].max_row == 1 + len(KINDS["attendance"][0])


def test_failing_export_is_tried_three_times(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    row = asked_for(held)
    monkeypatch.setattr(exporting, "copied_header", lambda *args: 1 / 0)
    for attempt in range(1, 5):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=attempt), tick=False):
            assert write_exports() == 0
            row.refresh_from_db()
            assert (row.attempts, row.failed_at is not None) == (min(attempt, 3), attempt >= 3)
    page = signed_in_client(held.people.staff).get(LIST).content.decode()
    assert "The file could not be written." in page


def test_export_of_a_killed_worker_is_written_again(held: Held) -> None:
    row = asked_for(held)
    now = timezone.now()
    LongExport.objects.filter(pk=row.pk).update(attempts=1, claimed_until=now + dt.timedelta(minutes=5))
    LongExportPart.objects.create(export=row, number=0, content=b"half a file")
    assert write_exports() == 0, "a worker writes it"
    LongExport.objects.filter(pk=row.pk).update(claimed_until=now - dt.timedelta(seconds=1))
    assert write_exports() == 1
    assert b"half a file" not in content(signed_in_client(held.people.staff), row)


def test_fourth_unfinished_export_is_refused(held: Held) -> None:
    for _number in range(3):
        asked_for(held)
    with pytest.raises(Refusal, match="not finished yet"):
        asked_for(held)
    write_exports()
    asked_for(held)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_copied_lines_equal_the_plain_ones(held: Held, kind: str, language: str, settings: Settings) -> None:
    """The rows contain formulas, missing values, several settings and decimal numbers."""
    settings.SECRET_KEY = "another key, so that no value is remembered"
    Person.objects.filter(pk=held.people.ama.pk).update(
        forward_sortation_area="X0A", serves_rural="no", practice_settings=["LTC", "HOME"]
    )
    Person.objects.filter(pk=held.people.luc.pk).update(forward_sortation_area="H2X", profession="", province="")
    Series.objects.filter(pk=held.bc.series_id).update(slug="-1+2;=3,\u3000＠4")
    Registration.objects.filter(person=held.people.luc).update(state="cancelled", cancelled_at=timezone.now())
    add_credits(held)
    selection = Selection(days(day(-30), day(-1)))
    with translation.override(language):
        wanted = "".join(csv_lines(rows_table(kind, selection), language))
    sessions = list(selection.sessions().order_by("on_date", "pk").values_list("pk", flat=True))
    pieces = list(copied_lines(kind, selection, sessions, language))
    found = copied_header(kind, language) + b"".join(piece for piece, _lines in pieces)
    assert found.decode().replace("\r\n", "\n") == wanted.replace("\r\n", "\n")
    assert sum(lines for _piece, lines in pieces) == wanted.count("\n") - 1 > 0


def add_credits(held: Held) -> None:
    accreditation = Accreditation.objects.create(
        series=held.bc.series,
        certifier=held.programme.pallium,
        programme="Mainpro+",
        category="Certified activity",
        max_credits=5,
        statement_en="Up to {max_credits} credits.",
        statement_fr="Jusqu’à {max_credits} crédits.",
        valid_from=day(-30),
        valid_to=day(30),
        is_specimen=True,
    )
    CreditEntry.objects.create(
        accreditation=accreditation,
        person=held.people.ama,
        session=held.bc,
        minutes=45,
        session_minutes=60,
        credits_per_hour=1,
        credits=Decimal("0.75"),
        code="earned",
        written_at=timezone.now(),
    )
