"""Queries read few database blocks even with ten years of past sessions and sent messages."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from echo_portal.outbox.models import Message
from registrations.models import Registration
from tests.builders import Programme
from tests.load.conftest import FULL
from tests.people import People

pytestmark = pytest.mark.django_db

PAST = 20_000 if FULL else 4_000
SENT = 200_000 if FULL else 20_000


def blocks_read(ask: Any) -> tuple[int, str]:
    """Call `ask`. Return how many blocks its SELECTs read, and their plans for the failure message."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT"):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        ask()
    blocks, plans = 0, []
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]["Plan"]
            blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            plans.append(str(plan))
    return blocks, "\n".join(plans)


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def analyze(*tables: str) -> None:
    for table in tables:
        run(f"ANALYZE {table}")


def copy(row: Model, times: int, /, **changes: str) -> None:
    """Insert `times` copies of this row.

    `changes` maps columns to SQL expressions, in which `n` is the number of the copy.
    """
    table = row._meta.db_table
    names = [str(field.column) for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changes.get(name, f"t.{name}") for name in names)
    run(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} "  # noqa: S608 (the test's own words)
        f"FROM {table} t, generate_series(1, {times}) n WHERE t.id = %s",
        row.pk,
    )


def hold_sessions(programme: Programme, number: int) -> None:
    """Insert past series of ten sessions each."""
    name = f"past-{number}"
    row = programme.session(programme.series(name), 1, days=-30, title_en="Held", capacity=5)
    copy(row.series, number // 10, slug="t.slug || '-' || n")
    its_series = f"(SELECT id FROM echo_sessions_series WHERE slug = '{name}-' || (1 + (n - 1) / 10))"  # noqa: S608
    copy(
        row,
        number,
        public_id="gen_random_uuid()",
        series_id=its_series,
        number="1 + mod(n, 10)",
        on_date="t.on_date - mod(n, 3000)",
    )


@pytest.fixture
def to_come(programme: Programme) -> None:
    for number in range(1, 4):
        programme.open_series(f"to-come-{number}", sessions=4)


def catalogue_with_few_and_many_past(client: Client, programme: Programme) -> tuple[int, int, str]:
    url = reverse("catalogue")
    reads = []
    for number in (400, PAST):
        hold_sessions(programme, number)
        analyze("echo_sessions_session", "echo_sessions_series")
        client.get(url)
        reads.append(blocks_read(lambda: client.get(url)))
    return reads[0][0], *reads[1]


def test_catalogue_reads_no_more_blocks_with_thousands_of_past_sessions(
    client: Client, programme: Programme, to_come: None
) -> None:
    few, many, plans = catalogue_with_few_and_many_past(client, programme)
    assert many <= few + 60, plans


def test_catalogue_reads_all_past_sessions_without_its_index(
    client: Client, programme: Programme, to_come: None
) -> None:
    """Control: drop the index of past sessions."""
    run("DROP INDEX session_over_at")
    few, many, _plans = catalogue_with_few_and_many_past(client, programme)
    assert many > few + 60


def test_my_sessions_page_reads_only_the_rows_of_its_person(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series(sessions=4)
    now = timezone.now()
    for person in (people.ama, people.luc):
        for session in sessions:
            Registration.objects.create(
                person=person, session=session, state="registered", registered_at=now, changed_at=now
            )
    url = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
    client.get(url)
    few, _plans = blocks_read(lambda: client.get(url))
    hold_sessions(programme, PAST)
    run(
        "INSERT INTO registrations_registration (public_id, person_id, session_id, state, revision, registered_at, "
        "changed_at) SELECT gen_random_uuid(), %s, s.id, 'registered', 0, now(), now() "
        "FROM echo_sessions_session s WHERE s.title_en = 'Held'",
        people.stranger.pk,
    )
    analyze("echo_sessions_session", "echo_sessions_series", "registrations_registration", "accounts_person")
    many, plans = blocks_read(lambda: client.get(url))
    assert many <= few + 60, plans


def send_many() -> None:
    now = timezone.now()
    row = Message.objects.create(
        kind="confirmation",
        dedupe_key="sent",
        address="a@example.org",
        language="en",
        about="series:1",
        why_en="Because.",
        why_fr="Because.",
        state=Message.State.SENT,
        due_at=now,
        sent_at=now,
    )
    changes = {"public_id": "gen_random_uuid()", "dedupe_key": "t.dedupe_key || n"}
    copy(row, SENT, **changes, due_at="t.due_at - n * interval '1 minute'")
    changes |= {"dedupe_key": "'queued' || n", "state": "'queued'", "sent_at": "NULL"}
    copy(row, 20, **changes, due_at="now() - n * interval '1 second'")
    analyze("outbox_message")


def claim_reads() -> tuple[int, str]:
    claim = Message.objects.due().order_by("due_at", "id").select_for_update(skip_locked=True)
    return blocks_read(lambda: (Message.objects.due().exists(), list(claim[:1])))


def test_worker_reads_few_blocks_if_there_are_many_sent_messages(db: None) -> None:
    send_many()
    blocks, plans = claim_reads()
    assert "message_live" in plans
    assert blocks < 100, plans


def test_worker_reads_all_sent_messages_without_its_index(db: None) -> None:
    """Control: drop the index of due messages."""
    run("DROP INDEX message_live")
    send_many()
    blocks, _plans = claim_reads()
    assert blocks > 100
