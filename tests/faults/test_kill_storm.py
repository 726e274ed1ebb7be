"""F01: all worker processes are repeatedly killed, two seconds after they begin to send."""

import random
import signal
import time
from typing import Any

import pytest

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import FORM, Campaign, share

pytestmark = [pytest.mark.faults, pytest.mark.storm]

FULL = FORM == "full"
MESSAGES, KILLS = {"short": (150, 1), "long": (2_000, 4), "full": (10_000, 40)}[FORM]
SENDING_GOAL_SECONDS = 240
# The full form has production's leases and timeouts: a row of a killed worker is sent within a minute.
STEPS: dict[str, Any] = {"MAIL_TIMEOUT_SECONDS": "20", "MAIL_EVIDENCE_WAIT_SECONDS": "0"} if FULL else {}
SEED = 20261122
TAKEN = "SELECT id, tries FROM outbox_message WHERE state IN ('claimed', 'transmitting')"


def test_each_message_is_sent_once_although_workers_are_killed(faults: Campaign, line: Line) -> None:
    write_messages(faults, MESSAGES)
    faults.start_beat()
    chance = random.Random(SEED)
    sending, kills = 0.0, 0
    stuck: dict[int, tuple[float, int]] = {}
    recovered: list[float] = []
    began_all = time.monotonic()
    while faults.live():
        worker = faults.start_worker(f"worker-{kills % 2}", **STEPS)
        before = faults.accepted()
        while faults.accepted() == before and faults.live():
            note_recovered(faults, stuck, recovered)
            time.sleep(0.1)
        began = time.monotonic()
        until = began + 2 * chance.uniform(0.8, 1.2)
        # In the other forms all messages could be sent before the last kill: kill sooner.
        enough = before + max(20, (MESSAGES - before) // max(1, KILLS + 1 - kills))
        while time.monotonic() < until and faults.live() and (FULL or faults.accepted() < enough):
            note_recovered(faults, stuck, recovered)
            time.sleep(0.1)
        if kills < KILLS and faults.live() > 10:
            while not faults.sql(TAKEN) and faults.live():
                time.sleep(0.001)  # no row is claimed now: a kill would leave no row to recover
            faults.end(worker, signal.SIGKILL)
            sending += time.monotonic() - began
            kills += 1
            stuck |= {pk: (time.monotonic(), tries) for pk, tries in faults.sql(TAKEN) if pk not in stuck}
            continue
        # After the last kill, the remaining messages are sent, and stuck rows are claimed again when their leases end.
        queue_empty = time.monotonic()
        while faults.live():
            if faults.sql("SELECT 1 FROM outbox_message WHERE state = 'queued' LIMIT 1"):
                queue_empty = time.monotonic()
            note_recovered(faults, stuck, recovered)
            assert time.monotonic() - queue_empty < 120, faults.states()
            time.sleep(0.1)
        sending += queue_empty - began
    note_recovered(faults, stuck, recovered)
    seconds = time.monotonic() - began_all
    line.says(
        "F01",
        f"{MESSAGES} messages, the whole worker group killed {kills} times while it sent",
        f"{MESSAGES} once, 0 lost, 0 twice; {sending:.0f} s of sending, {MESSAGES / sending:.0f} a second, "
        f"{seconds:.0f} s with starts and leases; {len(recovered)} stuck rows back within "
        f"{share(recovered, 0.95):.0f} s (p95), {max(recovered):.0f} s (all)",
    )
    assert kills >= KILLS
    faults.assert_each_once(MESSAGES)
    assert faults.sql("SELECT count(*) FROM outbox_message WHERE state IN ('claimed', 'transmitting')") == [(0,)]
    assert not stuck
    assert max(recovered) <= 60
    assert sending < SENDING_GOAL_SECONDS


def note_recovered(faults: Campaign, stuck: dict[int, tuple[float, int]], recovered: list[float]) -> None:
    """Move rows that were claimed again or have ended from `stuck` to `recovered`, with the seconds since the kill.

    `stuck` maps a row to the time of the kill and its number of attempts, because the next worker may be killed too.
    """
    if not stuck:
        return
    for pk, state, tries in faults.sql("SELECT id, state, tries FROM outbox_message WHERE id = ANY(%s)", list(stuck)):
        killed_at, tried = stuck[pk]
        if tries > tried or state not in ("claimed", "transmitting"):
            recovered.append(time.monotonic() - killed_at)
            del stuck[pk]
