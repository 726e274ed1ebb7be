"""Columns that were named wrongly by hand are displayed on the upload page, and can be forgotten and named again."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from attendance.models import AttendanceImport, HeaderMapping
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

DATA = "Nom,Courriel,Arrivée,Départ\nAma,ama@example.org,2026-02-10 12:00:00,2026-02-10 12:30:00\n".encode()
COLUMNS = ["Nom", "Courriel", "Arrivée", "Départ"]


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


@pytest.fixture
def desk(held: HeldSession) -> Client:
    return signed_in_client(held.by)


def page_of(held: HeldSession) -> str:
    return reverse("admin:attendance_upload", args=(held.session.pk,))


def upload(client: Client, held: HeldSession) -> Any:
    values = {"file": SimpleUploadedFile("report.csv", DATA), "zone": "America/Toronto", "meeting": ""}
    return client.post(page_of(held), values, follow=True)


def name_columns(client: Client, held: HeldSession, *roles: str) -> None:
    upload(client, held)
    choices = {f"column_{number}": role for number, role in enumerate(roles)}
    client.post(page_of(held), {"map": "yes", "header": COLUMNS} | choices)


def test_wrong_columns_are_forgotten_and_named_again(held: HeldSession, desk: Client) -> None:
    name_columns(desk, held, "name", "ignored", "join", "leave")
    dry_run = upload(desk, held)
    assert "Nobody yet" in says(dry_run)
    assert f'{page_of(held)}#mapped">See or forget these columns' in dry_run.content.decode()
    words = says(desk.get(page_of(held)))
    assert "<dt>nom</dt> <dd>Name</dd> <dt>courriel</dt> <dd>Something else</dd>" in words
    mapping = HeaderMapping.objects.get()
    for _again in range(2):
        done = desk.post(page_of(held), {"forget": mapping.pk}, follow=True)
        assert "The columns are forgotten. Upload the report to say again what they are." in says(done)
    assert not HeaderMapping.objects.exists()
    event = AuditEvent.objects.get(verb="attendance-header-forgotten")
    assert (event.about, event.actor_id) == (f"hub:{held.series.hub_id}", held.by.pk)
    name_columns(desk, held, "name", "email", "join", "leave")
    assert "Import the attendance of 1 person" in says(upload(desk, held))


def test_columns_of_another_hub_cannot_be_seen_or_forgotten(held: HeldSession, desk: Client) -> None:
    name_columns(desk, held, "name", "email", "join", "leave")
    AttendanceImport.objects.all().delete()
    coordinator = held.people.coordinator(held.programme.bc)
    session = held.programme.session(
        held.programme.series("bc", hub=held.programme.bc), 1, on_date=held.session.on_date
    )
    page = reverse("admin:attendance_upload", args=(session.pk,))
    client = signed_in_client(coordinator)
    assert "courriel" not in client.get(page).content.decode()
    before = checksums()
    for forget in (str(HeaderMapping.objects.get().pk), "", "x"):
        assert client.post(page, {"forget": forget}).status_code == 302
    assert checksums() == before
