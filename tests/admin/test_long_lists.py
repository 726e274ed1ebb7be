"""A worker checks and imports a long list of people, and the pages say how far it is and what came of it (ADR 59)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.admin.desk import list_worker
from echo_portal.admin.desk.list_worker import work_on_list
from echo_portal.admin.history import history_of
from echo_portal.admin.lists_at_work import lists_to_tell
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.actions import list_work
from registrations.actions.importing import LostError
from registrations.models import Addition, RegistrantList, Registration
from registrations.tasks import forget_lists
from sessions.models import Series, Session
from tests.admin.pages import says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
ROWS = list_work.LONG + 1
CHANGED = {
    "en": "Something has changed since the list was checked. Nobody is registered: look once more.",
    "fr": "Quelque chose a changé depuis la vérification de la liste. Personne n’est inscrit : regardez encore",
}


def listing(*more: str, rows: int = ROWS) -> bytes:
    people = [f"Person {number},p{number}@example.org,en" for number in range(rows - len(more))]
    return "\n".join(["Name,Email,Language", *people, *more]).encode()


def upload(client: Client, series: Series, data: bytes) -> Any:
    values = {
        "file": SimpleUploadedFile("list.csv", data),
        "default_language": "en",
        "sessions": list(series.sessions.values_list("pk", flat=True)),
        "note_en": "You asked your hub.",
    }
    return client.post(reverse("admin:echo_sessions_series_import", args=(series.pk,)), values, follow=True)


def page_of(row: RegistrantList) -> str:
    return reverse("admin:echo_sessions_series_check_list", args=(row.series_id, row.pk))


def checked(client: Client, series: Series, data: bytes) -> tuple[RegistrantList, dict[str, str]]:
    """Upload a list, let a worker check it, and return it with the fields of the form that imports it."""
    upload(client, series, data)
    assert work_on_list() == 1
    row = RegistrantList.objects.get()
    return row, {"step": "import", "seen": client.get(page_of(row)).context["seen"], "sha256": row.sha256}


def told(person: Person) -> list[str]:
    return [row.sentence for row in lists_to_tell(person)]


def test_long_list_is_checked_and_imported_by_a_worker(own: HubRows, coordinator_client: Client) -> None:
    old = own[Registration].person
    shown = upload(coordinator_client, own[Series], listing(f"Old,{old.email},en"))
    assert "0 of 301 rows are checked." in says(shown)
    assert told(own.coordinator) == ["The list list.csv is being checked."]
    row = RegistrantList.objects.get()
    page = page_of(row)
    before = checksums()
    assert work_on_list() == 1
    assert not Person.objects.filter(email="p0@example.org").exists(), "this was a dry run"
    assert {table for table, sum_ in checksums().items() if before[table] != sum_} <= {"registrations_registrantlist"}
    assert told(own.coordinator) == ["The list list.csv is checked, and not imported yet."]

    shown = coordinator_client.get(page).context
    assert (shown["count"], shown["left_out"]) == (ROWS - 1, [("Old", old.email, "Already registered.")])
    assert [language for language, _email in shown["samples"]] == ["en", "fr"]
    fields = {"step": "import", "seen": shown["seen"], "sha256": row.sha256}
    progress = coordinator_client.post(page, fields, follow=True)
    assert "The list is being imported." in says(progress)
    assert told(own.coordinator) == ["The list list.csv is being imported."]
    before = checksums()
    coordinator_client.post(page, fields)
    assert checksums() == before, "a second press does nothing"

    assert [work_on_list(), work_on_list()] == [1, 0]
    assert Message.objects.filter(kind="added-by-hub").count() == ROWS - 1
    assert told(own.coordinator) == ["The list list.csv was imported."]
    result = coordinator_client.get(page, follow=True)
    assert f"Old, {old.email}: Already registered." in says(result)
    assert "Person 0, p0@example.org: no answer yet" in says(result)
    coordinator_client.post(result.redirect_chain[-1][0], {"step": "read"})
    assert told(own.coordinator) == []
    verbs = AuditEvent.objects.filter(verb__startswith="people", actor_id=own.coordinator.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        *("people-list-uploaded", "people-added", "people-added", "people-list-imported"),
    ]
    lines = [line.sentence for line in history_of(own[Series], own.coordinator)]
    assert f"A list was imported: {ROWS - 1} people were added. File: list.csv" in lines


@pytest.mark.parametrize("language", ["en", "fr"])
def test_change_since_the_check_ends_the_import(own: HubRows, coordinator_client: Client, language: str) -> None:
    row, fields = checked(coordinator_client, own[Series], listing())
    Session.objects.filter(pk=own[Session].pk).update(capacity=5)
    coordinator_client.post(page_of(row), fields)
    assert work_on_list() == 1
    assert (Addition.objects.exists(), told(own.coordinator)) == (False, ["The list list.csv was not imported."])
    coordinator_client.cookies["language"] = language
    shown = coordinator_client.get(page_of(row))
    assert (CHANGED[language] in says(shown), shown.context["needs_check"]) == (True, True)
    coordinator_client.post(page_of(row), {"step": "check"})
    assert work_on_list() == 1
    again = coordinator_client.get(page_of(row)).context
    assert again["waiting"] > 0
    coordinator_client.post(page_of(row), fields | {"seen": again["seen"]})
    assert (work_on_list(), Addition.objects.get().people) == (1, ROWS)


def test_short_list_is_checked_once_more_only_if_something_changed(own: HubRows, coordinator_client: Client) -> None:
    shown = upload(coordinator_client, own[Series], listing(rows=2))
    row = shown.context["list"]
    fields = {"step": "import", "seen": shown.context["seen"], "sha256": row.sha256}
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    changed = coordinator_client.post(page_of(row), fields)
    assert (CHANGED["en"] in says(changed), Addition.objects.exists()) == (True, False)
    coordinator_client.post(page_of(row), fields | {"seen": changed.context["seen"]})
    assert Addition.objects.get().people == 2


def test_worker_that_lost_its_claim_registers_nobody(own: HubRows, coordinator_client: Client) -> None:
    row, fields = checked(coordinator_client, own[Series], listing())
    coordinator_client.post(page_of(row), fields)
    late = list_work.claim_list()
    assert late is not None
    assert work_on_list() == 0, "a worker has it"
    RegistrantList.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    again = list_work.claim_list()
    assert again is not None
    before = checksums()
    with pytest.raises(LostError):
        list_work.import_claimed_list(row=late, progress=lambda done: None)
    assert checksums() == before
    assert list_work.import_claimed_list(row=again, progress=lambda done: None).people == ROWS


def test_list_that_cannot_be_worked_on_fails_after_three_attempts(
    own: HubRows, coordinator_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(coordinator_client, own[Series], listing())
    monkeypatch.setattr(list_worker, "found_by_adding", lambda *args: 1 / 0)
    row = RegistrantList.objects.get()
    for attempt in range(1, 5):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=attempt), tick=False):
            assert work_on_list() == 0
            row.refresh_from_db()
            assert (row.attempts, row.failed_at is not None) == (min(attempt, 3), attempt >= 3)
    assert "The list could not be checked or imported. Nobody is registered." in says(
        coordinator_client.get(page_of(row))
    )


def test_list_whose_workers_were_killed_three_times_fails(own: HubRows, coordinator_client: Client) -> None:
    upload(coordinator_client, own[Series], listing())
    RegistrantList.objects.update(attempts=3, claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert work_on_list() == 0
    assert told(own.coordinator) == ["The list list.csv was not imported."]


def test_dry_run_is_displayed_to_the_person_who_asked_for_it(
    own: HubRows, coordinator_client: Client, people: People
) -> None:
    row, fields = checked(coordinator_client, own[Series], listing())
    staff = signed_in_client(people.staff)
    shown = staff.get(page_of(row))
    assert (shown.context["needs_check"], "seen" in shown.context) == (True, False)
    refused = staff.post(page_of(row), fields)
    assert CHANGED["en"] in says(refused)
    row.refresh_from_db()
    assert (row.work, told(people.staff)) == ("", [])


def test_running_import_is_closed_to_other_hubs(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    upload(coordinator_client, own[Series], listing())
    row = RegistrantList.objects.get()
    stranger = signed_in_client(other.coordinator)
    assert [stranger.get(page_of(row)).status_code, stranger.post(page_of(row)).status_code] == [404, 404]
    assert told(other.coordinator) == []


def test_worker_imports_nothing_for_a_person_who_may_no_longer_edit(own: HubRows, coordinator_client: Client) -> None:
    row, fields = checked(coordinator_client, own[Series], listing())
    coordinator_client.post(page_of(row), fields)
    own.coordinator.memberships.all().delete()
    assert (work_on_list(), Addition.objects.exists()) == (1, False)
    row.refresh_from_db()
    assert row.failure == {
        "en": "The person who asked for this may not edit the series any more.",
        "fr": "La personne qui l’a demandé ne peut plus modifier la série.",
    }


@pytest.mark.parametrize(
    "act",
    [
        lambda row: actions.map_list_columns(registrant_list=row, roles={"Name": "ignored"}),
        lambda row: actions.map_list_words(registrant_list=row, meanings={}),
        lambda row: actions.import_list(registrant_list=row, sha256=row.sha256, by=row.uploaded_by),
    ],
)
def test_list_at_work_cannot_be_changed(
    own: HubRows, coordinator_client: Client, act: Callable[[RegistrantList], object]
) -> None:
    upload(coordinator_client, own[Series], listing())
    before = checksums()
    with pytest.raises(Refusal) as refused:
        act(RegistrantList.objects.get())
    assert (refused.value.code, checksums()) == ("at-work", before)


def test_another_upload_keeps_the_list_that_is_imported(own: HubRows, coordinator_client: Client) -> None:
    row, fields = checked(coordinator_client, own[Series], listing())
    coordinator_client.post(page_of(row), fields)
    upload(coordinator_client, own[Series], listing(rows=2))
    assert (RegistrantList.objects.count(), work_on_list()) == (2, 1)
    row.refresh_from_db()
    assert row.imported_at is not None


def test_who_was_left_out_is_forgotten_after_seven_days(own: HubRows, coordinator_client: Client) -> None:
    row, fields = checked(coordinator_client, own[Series], listing(f"Old,{own[Registration].person.email},en"))
    coordinator_client.post(page_of(row), fields)
    work_on_list()
    for days, left_out in ((6, 1), (8, 0)):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
            forget_lists()
            row.refresh_from_db()
            assert (len(row.left_out), len(told(own.coordinator))) == (left_out, left_out)


def test_desk_names_the_list_of_a_colleague_while_it_is_imported(
    own: HubRows, programme: Programme, people: People, coordinator_client: Client
) -> None:
    upload(coordinator_client, own[Series], listing())
    desk = reverse("admin:echo_sessions_series_desk", args=(own[Series].pk,))
    staff = signed_in_client(people.staff)
    said = "The list list.csv is being checked."
    assert (said in says(staff.get(desk)), said in says(coordinator_client.get(desk))) == (True, True)
    work_on_list()
    ended = "The list list.csv is checked, and not imported yet."
    assert (ended in says(staff.get(desk)), ended in says(coordinator_client.get(desk))) == (False, True)
