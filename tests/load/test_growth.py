"""Ten years of the past must not make today slower: what a question reads is counted in pages of the database."""

from typing import Any

import pytest
from django.db import connection
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
    """Pages touched by every SELECT that `ask` makes, and the plans, to look at where it fails."""
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


def hold_sessions(number: int) -> None:
    """Past series of ten sessions each, with a registration of Ama and one of Luc in every tenth."""
    run(
        "INSERT INTO echo_sessions_series (slug, hub_id, state, kind, title_en, title_fr, summary_en, summary_fr, "
        "language, audience_professions, audience_settings, practice_areas, levels, registration_mode, choose_one, "
        "attend_all_required, recordings_for, ongoing, free_of_charge, video_announced, video_url, revision) "
        "SELECT 'past-' || n, (SELECT min(id) FROM hubs_hub), 'published', 'webinar', 'Past ' || n, '', '', '', 'en', "
        "'{}', '{}', '{}', '{}', 'open', false, false, '', false, true, false, '', 0 FROM generate_series(1, %s) n",
        number // 10,
    )
    run(
        "INSERT INTO echo_sessions_session (public_id, series_id, number, state, title_en, title_fr, on_date, "
        "start_time, end_time, time_zone, starts_at, ends_at, over_at, presenters, read_before, read_before_url, "
        "join_url, join_telephone, capacity, promote_until_minutes, revision) "
        "SELECT gen_random_uuid(), s.id, n, 'published', 'Held ' || n, '', current_date - 30 - (s.id %% 3000)::int, "
        "'12:00', '13:00', 'America/Toronto', now() - interval '30 days', now() - interval '30 days' + interval '1 h', "
        "now() - interval '30 days' + interval '1 h', '{}', '', '', '', '', 5, 120, 0 "
        "FROM echo_sessions_series s, generate_series(1, 10) n WHERE s.slug LIKE 'past-%%'"
    )


@pytest.fixture
def to_come(programme: Programme) -> None:
    for number in range(1, 4):
        programme.open_series(f"to-come-{number}", sessions=4)


def catalogue_with_few_and_many_past(client: Client) -> tuple[int, int, str]:
    url = reverse("catalogue")
    hold_sessions(400)
    analyze("echo_sessions_session", "echo_sessions_series")
    client.get(url)
    few, _plans = blocks_read(lambda: client.get(url))
    run("UPDATE echo_sessions_series SET slug = 'older-' || slug WHERE slug LIKE 'past-%%'")
    hold_sessions(PAST)
    analyze("echo_sessions_session", "echo_sessions_series")
    many, plans = blocks_read(lambda: client.get(url))
    return few, many, plans


def test_the_catalogue_reads_no_more_with_thousands_of_past_sessions(client: Client, to_come: None) -> None:
    few, many, plans = catalogue_with_few_and_many_past(client)
    assert many <= few + 60, plans


def test_without_its_index_the_catalogue_reads_all_of_the_past(client: Client, to_come: None) -> None:
    """The control."""
    run("DROP INDEX session_over_at")
    few, many, _plans = catalogue_with_few_and_many_past(client)
    assert many > few + 60


def test_my_sessions_reads_only_its_own_rows(client: Client, programme: Programme, people: People) -> None:
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
    hold_sessions(PAST)
    run(
        "INSERT INTO registrations_registration (public_id, person_id, session_id, state, revision, registered_at, "
        "changed_at) SELECT gen_random_uuid(), %s, s.id, 'registered', 0, now(), now() "
        "FROM echo_sessions_session s WHERE s.title_en LIKE 'Held %%'",
        people.stranger.pk,
    )
    analyze("echo_sessions_session", "echo_sessions_series", "registrations_registration", "accounts_person")
    many, plans = blocks_read(lambda: client.get(url))
    assert many <= few + 60, plans


def send_many() -> None:
    run(
        "INSERT INTO outbox_message (public_id, kind, dedupe_key, address, language, about, payload, why, "
        "edited_subject, edited_text, secret, state, due_at, tries, reason, sent_at) SELECT gen_random_uuid(), "
        "'confirmation', 'sent-' || n, 'a@example.org', 'en', 'series:1', '{}', '', '', '', '', 'sent', "
        "now() - n * interval '1 minute', 1, '', now() FROM generate_series(1, %s) n",
        SENT,
    )
    run(
        "INSERT INTO outbox_message (public_id, kind, dedupe_key, address, language, about, payload, why, "
        "edited_subject, edited_text, secret, state, due_at, tries, reason) SELECT gen_random_uuid(), 'confirmation', "
        "'queued-' || n, 'a@example.org', 'en', 'series:1', '{}', '', '', '', '', 'queued', "
        "now() - n * interval '1 second', 0, '' FROM generate_series(1, 20) n"
    )
    analyze("outbox_message")


def claim_reads() -> tuple[int, str]:
    claim = Message.objects.due().order_by("due_at", "id").select_for_update(skip_locked=True)
    return blocks_read(lambda: (Message.objects.due().exists(), list(claim[:1])))


def test_a_worker_finds_what_is_due_among_what_was_sent(db: None) -> None:
    send_many()
    blocks, plans = claim_reads()
    assert "message_live" in plans
    assert blocks < 100, plans


def test_without_its_index_a_worker_reads_all_that_was_sent(db: None) -> None:
    """The control."""
    run("DROP INDEX message_live")
    send_many()
    blocks, _plans = claim_reads()
    assert blocks > 100
