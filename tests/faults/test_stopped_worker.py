"""F03: a worker is stopped until its lease has ended and then continues. F18: a worker's clock is wrong by an hour."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import FULL, Campaign, Process

pytestmark = pytest.mark.faults

ROUNDS = 10 if FULL else 1
PATIENCE_SECONDS = 6


def stop_and_wake(faults: Campaign, **changes: str) -> int:
    """Stop two processes of a worker until their leases end, then continue them.

    Return how many messages are sent twice.

    One process is stopped while it waits for the answer to RCPT, the other while it waits for the answer to DATA.
    Another worker sends both messages in the meantime.
    """
    at_rcpt, at_data, *_others = write_messages(faults, 4)
    faults.sink.script(rcpt={at_rcpt: ["hold", 1]}, data={at_data: ["hold", 1]})
    app = "tests.faults.unguarded" if changes else "echo_portal"
    first = faults.start_worker("first", concurrency=2, app=app, MAIL_TIMEOUT_SECONDS=f"{PATIENCE_SECONDS}", **changes)
    faults.tick(2)
    faults.sink.wait_held(2)
    os.killpg(first.pid, signal.SIGSTOP)
    stopped = time.monotonic()
    faults.let_leases_end()
    faults.start_worker("second", concurrency=1)
    faults.start_beat()
    faults.wait_until(lambda: faults.live() == 0, 60, "another worker settles what the stopped one had claimed")
    faults.sink.release()
    # Wait until the answers are in the stopped worker's sockets and its deadline for sending has passed.
    time.sleep(max(0.2, stopped + PATIENCE_SECONDS + 3 - time.monotonic()))
    os.killpg(first.pid, signal.SIGCONT)
    time.sleep(2)  # give the worker time to send, which it must not do
    assert first.poll() is None, faults.logs()
    ids = faults.ledger()
    assert len(set(ids)) == 4
    assert faults.states() == {"sent": 4}
    return len(ids) - len(set(ids))


def test_worker_that_continues_after_its_lease_ended_sends_nothing(faults: Campaign, line: Line) -> None:
    twins = []
    for _round in range(ROUNDS):
        faults.clear()
        twins.append(stop_and_wake(faults))
    line.says(
        "F03", f"SIGSTOP past the lease at RCPT and at DATA, SIGCONT, {ROUNDS} times", f"{sum(twins)} twice, 0 lost"
    )
    assert twins == [0] * ROUNDS


def test_worker_without_token_and_deadline_checks_sends_messages_twice(faults: Campaign, line: Line) -> None:
    """Control: without the claim token and the deadline, a worker that was stopped sends another worker's messages."""
    twins = stop_and_wake(faults, UNGUARDED="token,deadline")
    line.says("F03 control", "the same without token and deadline", f"{twins} twice")
    assert twins == 2


def test_workers_with_wrong_clocks_send_each_message_once(faults: Campaign, line: Line) -> None:
    """Leases and timeouts are measured by the database's clock, even if workers claim rows in doubt."""
    library = faketime_library()
    if library is None:
        pytest.skip("F18 is not tried: libfaketime is missing (apt-get install faketime)")
    write_messages(faults, 40)
    kill_worker_with_ten_claims(faults)
    for hours in ("+1h", "-1h"):
        clock = {"LD_PRELOAD": str(library), "FAKETIME": hours, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        faults.start_worker(f"clock{hours}", concurrency=1, **clock)
    faults.start_beat()
    seconds = faults.wait_until(lambda: faults.live() == 0, 60, "all is settled")
    line.says("F18", "two workers, clocks an hour ahead and behind, 10 rows in doubt", f"40 once, {seconds:.0f} s")
    faults.assert_each_once(40)


def kill_worker_with_ten_claims(faults: Campaign) -> None:
    faults.sink.script(dot={"*": "hold"})
    worker: Process = faults.start_worker("killed", concurrency=10, MAIL_TIMEOUT_SECONDS="20")
    faults.tick(10)
    faults.sink.wait_held(10)
    faults.end(worker)
    faults.let_leases_end()
    faults.sink.script()


def faketime_library() -> Path | None:
    """Return the path of libfaketime on Debian, or None if it is not installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
