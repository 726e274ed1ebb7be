"""F02: workers are killed after the server has accepted a message, but before they have saved this (RFC 1047)."""

import signal

import pytest

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import FULL, Campaign, Process

pytestmark = pytest.mark.faults

POOL = 20
KILLS = 200 if FULL else 20


def kill_before_the_250(faults: Campaign) -> None:
    """Kill the pool after the server has accepted a message of each process, and before it sends the 250."""
    faults.sink.script(dot={"*": "hold"})
    worker = start_pool(faults)
    faults.sink.wait_held(POOL)
    faults.end(worker, signal.SIGKILL)
    faults.sink.release()
    faults.let_leases_end()


def kill_after_the_250(faults: Campaign) -> None:
    """Kill the pool after each process has received the 250, while its UPDATE waits for a row lock."""
    faults.sink.script(dot={"*": "hold"})
    worker = start_pool(faults)
    ids = [text.strip("<>").partition("@")[0] for text in faults.sink.wait_held(POOL)]
    with faults.connect() as holder, holder.transaction():
        holder.execute("SELECT 1 FROM outbox_message WHERE public_id = ANY(%s::uuid[]) FOR UPDATE", [ids])
        faults.sink.release()
        faults.wait_until(lambda: len(waiting(faults)) >= POOL, 30, "every process waits to write that it has sent")
        faults.end(worker, signal.SIGKILL)
        # PostgreSQL has received the UPDATE and would still execute it: terminate the connection, too.
        holder.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [waiting(faults)])
        faults.wait_until(lambda: not waiting(faults), 30, "none waits any more")
    faults.let_leases_end()


def waiting(faults: Campaign) -> list[int]:
    """Return the process IDs of the backends whose UPDATE to `sent` waits for a row lock."""
    statement = (
        "SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return [pid for pid, query in faults.sql(statement) if "'sent'" in query]


def start_pool(faults: Campaign) -> Process:
    """Start a pool with production's timeouts, so that it still waits for the 250 when it is killed."""
    worker = faults.start_worker(concurrency=POOL, MAIL_TIMEOUT_SECONDS="20")
    faults.tick(POOL)
    return worker


def settle(faults: Campaign) -> float:
    """Run a worker until all messages have ended, and return how many seconds this took."""
    faults.sink.script()
    faults.start_worker(concurrency=2)
    faults.start_beat()
    return faults.wait_until(lambda: faults.live() == 0, 90, "every row is settled")


def test_kill_between_final_dot_and_commit_neither_loses_nor_resends_a_message(faults: Campaign, line: Line) -> None:
    number = 2 * KILLS + 20
    write_messages(faults, number)
    for _round in range(KILLS // POOL):
        kill_before_the_250(faults)
        kill_after_the_250(faults)
    seconds = settle(faults)
    found = faults.sql("SELECT count(*) FROM outbox_message WHERE reason = 'found-accepted'")[0][0]
    line.says(
        "F02",
        f"SIGKILL between final dot and 250, and between 250 and our commit, {KILLS} times each",
        f"{number} once, 0 lost, 0 twice; {found} settled by evidence, all {seconds:.0f} s after the last kill",
    )
    assert found == 2 * KILLS
    faults.assert_each_once(number)


def test_message_is_resent_or_stays_in_doubt_without_evidence_after_a_kill(faults: Campaign, line: Line) -> None:
    """Control: without evidence, messages that must arrive are sent again under the same Message-ID."""
    faults.environment["MAIL_EVIDENCE"] = ""
    try:
        write_messages(faults, POOL, kind=lambda index: "confirmation" if index < POOL // 2 else "reminder-day")
        kill_before_the_250(faults)
        settle(faults)
    finally:
        faults.environment["MAIL_EVIDENCE"] = f"log:{faults.ledger_path}"
    ids = faults.ledger()
    line.says(
        "F02 control",
        f"the same {POOL} kills without evidence",
        f"{len(ids) - len(set(ids))} twins under their first Message-ID, {faults.states()['failed']} shown as doubtful",
    )
    assert (len(ids), len(set(ids))) == (POOL + POOL // 2, POOL)
    assert faults.states() == {"sent": POOL // 2, "failed": POOL // 2}
    assert {row[0] for row in faults.sql("SELECT kind FROM outbox_message WHERE state = 'failed'")} == {"reminder-day"}
