"""A list is imported as it was checked: all its people or nobody, each with an email, and only once."""

import math
import resource
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.actions.adding import AT_ONCE
from registrations.models import RegistrantList, Registration
from sessions.models import Series
from tests.attendance.hostile_files import hostile
from tests.builders import Programme, enroll
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
SECONDS = 30  # for 5,000 people, on a busy machine
QUERIES_OF_A_BATCH = 5


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("imported", sessions=2)[0]


def listing(count: int, start: int = 1) -> bytes:
    rows = [f"Person {number},p{number}@example.org,fr" for number in range(start, start + count)]
    return "\n".join(["Name,Email,Language", *rows]).encode()


def upload(series: Series, by: Person, data: bytes) -> RegistrantList:
    return actions.upload_list(
        series=series,
        file_name="list.csv",
        data=data,
        language="en",
        session_ids=list(series.sessions.values_list("pk", flat=True)),
        whole_series=True,
        note_en="You asked your hub.",
        note_fr="",
        by=by,
    )


def test_upload_registers_nobody_and_replaces_the_earlier_draft(series: Series, coordinator: Person) -> None:
    first = upload(series, coordinator, listing(2))
    second = upload(series, coordinator, listing(3))
    assert list(RegistrantList.objects.values_list("pk", flat=True)) == [second.pk] != [first.pk]
    assert (Registration.objects.count(), Message.objects.count()) == (0, 0)


def test_import_tells_each_person_once_and_erases_the_file(series: Series, coordinator: Person, people: People) -> None:
    enroll(people.luc, series, *series.sessions.all(), whole=True)
    draft = upload(series, coordinator, listing(3) + b"\nLuc,LUC@example.org,fr")
    addition = actions.import_list(registrant_list=draft, sha256=draft.sha256, by=coordinator)
    draft.refresh_from_db()
    assert (addition.people, draft.addition_id, draft.table) == (3, addition.pk, None)
    told = Message.objects.filter(kind="added-by-hub").order_by("address").values_list("address", "language")
    assert list(told) == [(f"p{number}@example.org", "fr") for number in (1, 2, 3)]
    before = checksums()
    assert actions.import_list(registrant_list=draft, sha256=draft.sha256, by=coordinator).pk == addition.pk
    assert checksums() == before


@pytest.mark.parametrize(
    ("data", "sha256", "code"),
    [
        (listing(3), "0" * 64, "hash"),
        (listing(3) + b"\nX,nobody,fr", "", "faults"),
        (listing(3) + b"\nX,P1@example.org,fr", "", "faults"),
        (b"Name,Email,Diet\nA,a@example.org,none", "", "columns"),
    ],
)
def test_refused_import_registers_nobody(
    series: Series, coordinator: Person, data: bytes, sha256: str, code: str
) -> None:
    draft = upload(series, coordinator, data)
    before = checksums()
    with pytest.raises(Refusal) as refused:
        actions.import_list(registrant_list=draft, sha256=sha256 or draft.sha256, by=coordinator)
    assert (refused.value.code, checksums()) == (code, before)


def test_column_that_a_person_named_is_read(series: Series, coordinator: Person) -> None:
    draft = upload(series, coordinator, b"Who,Email,Diet\nA,a@example.org,none")
    draft = actions.map_list_columns(registrant_list=draft, roles={"Who": "name", "Diet": "ignored", "Email": "x"})
    actions.import_list(registrant_list=draft, sha256=draft.sha256, by=coordinator)
    assert Person.objects.get(email="a@example.org").name == "A"
    with pytest.raises(Refusal):
        actions.map_list_columns(registrant_list=draft, roles={"Who": "name"})


@pytest.mark.parametrize("number", [500, pytest.param(5000, marks=pytest.mark.attack)])
def test_long_list_takes_seconds_and_five_more_queries_for_each_batch(
    series: Series, coordinator: Person, number: int
) -> None:
    counts = []
    started = time.monotonic()
    for count, start in ((1, 1), (number, 100)):
        draft = upload(series, coordinator, listing(count, start))
        with CaptureQueriesContext(connection) as queries:
            actions.import_list(registrant_list=draft, sha256=draft.sha256, by=coordinator)
        counts.append(len(queries))
    assert Registration.objects.count() == 2 * (number + 1)
    assert Message.objects.filter(kind="added-by-hub").count() == number + 1
    more_batches = math.ceil(number / AT_ONCE) - 1
    assert counts == [counts[0], counts[0] + QUERIES_OF_A_BATCH * more_batches]
    assert time.monotonic() - started < SECONDS


def test_hostile_file_is_refused_in_two_seconds(series: Series, coordinator: Person) -> None:
    slow = []
    for name, (data, _code) in hostile().items():
        before = spent()
        with pytest.raises(RefusedTableError):
            upload(series, coordinator, data)
        if spent() - before > 2:
            slow.append(name)
    assert (slow, RegistrantList.objects.count()) == ([], 0)


def spent() -> float:
    """Return the CPU seconds of this process and its children, because the machine may be busy."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
