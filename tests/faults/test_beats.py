"""F27: three schedulers run at the same time, or none runs for hours."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import FULL, Campaign

pytestmark = pytest.mark.faults

NUMBER = 2_000 if FULL else 60


def test_three_schedulers_send_each_message_once_and_late_messages_are_sent(faults: Campaign, line: Line) -> None:
    faults.start_worker("one")
    faults.start_worker("two")
    for name in ("first", "second", "third"):
        faults.start_beat(name)
    soon = timezone.now() + dt.timedelta(seconds=4)
    write_messages(faults, NUMBER, kind=lambda _index: "reminder-day", due_at=soon)
    write_messages(faults, NUMBER, kind=lambda _index: "reminder-day", due_at=soon)  # as a second scheduler would
    assert faults.sql("SELECT count(*) FROM outbox_message") == [(NUMBER,)]
    faults.wait_until(lambda: faults.live() == 0, 300, "all has left")
    faults.assert_each_once(NUMBER)
    for process in list(faults.processes):
        faults.end(process)
    hours = timezone.now() - dt.timedelta(hours=3)
    begun = timezone.now() - dt.timedelta(minutes=30)
    faults.clear()
    write_messages(faults, 20, kind=lambda _index: "reminder-day", due_at=hours)
    write_messages(faults, 5, kind=lambda _index: "reminder-hour", due_at=hours, expires_at=begun)
    faults.start_worker("one")
    time.sleep(4)
    assert faults.accepted() == 0, "no scheduler queues a tick"
    faults.start_beat()
    seconds = faults.wait_until(lambda: faults.live() == 0, 120, "all has left")
    line.says(
        "F27",
        f"three beats, {NUMBER} messages written twice; no beat for three hours",
        f"{NUMBER} once; {seconds:.0f} s after its return 20 useful ones have left, 5 stale ones are dropped",
    )
    assert faults.states() == {"sent": 20, "dropped": 5}
    assert len(set(faults.ledger())) == faults.accepted() == 20
