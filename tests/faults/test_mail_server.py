"""F08 to F11: the mail server refuses, is silent or disconnects, or a message cannot be rendered. Others are sent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import FULL, SHORT_STEPS, Campaign
from tests.faults.tcp_proxy import Fault, Proxy, proxy
from tests.smtp_server import free_port

pytestmark = pytest.mark.faults

STEP_SECONDS = float(SHORT_STEPS["MAIL_TIMEOUT_SECONDS"])
HEALTHY = 200 if FULL else 20
# For tests in which no step may time out, even on a busy machine.
PATIENT = "20"
# The server's answer for one address, the final state of the row, and whether the address is suppressed.
PER_ADDRESS = [
    ("rcpt", "421 4.3.2 closing", "deferred", False),
    ("rcpt", "450 4.2.1 busy", "deferred", False),
    ("rcpt", "451 4.3.0 later", "deferred", False),
    ("rcpt", "452 4.2.2 full", "deferred", False),
    ("rcpt", "550 5.1.1 no such user", "failed", True),
    ("rcpt", "551 5.1.6 moved", "failed", True),
    ("rcpt", "553 5.1.3 no such name", "failed", True),
    ("rcpt", "550 5.7.1 policy", "failed", False),
    ("rcpt", "552 5.2.2 full", "failed", False),
    ("rcpt", "554 5.7.1 refused", "failed", False),
    ("data", "421 4.3.2 closing", "deferred", False),
    ("data", "451 4.3.0 later", "deferred", False),
    ("data", "554 5.5.1 refused", "failed", False),
    ("dot", "421 4.3.2 closing", "deferred", False),
    ("dot", "451 4.3.0 later", "deferred", False),
    ("dot", "452 4.3.1 full", "deferred", False),
    ("dot", "550 5.7.1 content", "failed", False),
    ("dot", "552 5.3.4 too big", "failed", False),
    ("dot", "554 5.6.0 refused", "failed", False),
]
# The server's answers for every address. Before MAIL they concern the connection, so no message fails.
FOR_EVERYBODY = [
    ("connect", "421 4.3.2 busy", "deferred"),
    ("connect", "554 5.3.2 nobody here", "deferred"),
    ("ehlo", "421 4.3.2 closing", "deferred"),
    ("ehlo", "550 5.7.1 not you", "deferred"),
    ("mail", "451 4.3.0 later", "deferred"),
    ("mail", "550 5.7.1 not this sender", "failed"),
    ("mail", "552 5.2.2 full", "failed"),
]


def settled_with_answer(faults: Campaign) -> bool:
    statement = "SELECT 1 FROM outbox_message WHERE state IN ('queued', 'claimed', 'transmitting') LIMIT 1"
    return not faults.sql(statement)


def test_each_answer_of_the_server_leads_to_the_state_in_the_table(faults: Campaign, line: Line) -> None:
    addresses = write_messages(faults, len(PER_ADDRESS) + HEALTHY)
    script: dict[str, dict[str, str]] = {}
    for address, (stage, answer, _state, _blamed) in zip(addresses, PER_ADDRESS, strict=False):
        script.setdefault(stage, {})[address] = answer
    faults.sink.script(**script)
    faults.start_worker(MAIL_TIMEOUT_SECONDS=PATIENT)
    faults.start_beat()
    faults.wait_until(lambda: faults.accepted() > 0, 30, "the first email")
    seconds = faults.wait_until(lambda: settled_with_answer(faults), 60, "every email has its answer")
    rows = {row[0]: row[1:] for row in faults.sql("SELECT address, state, tries, reason FROM outbox_message")}
    for address, (stage, answer, state, _blamed) in zip(addresses, PER_ADDRESS, strict=False):
        assert rows[address][0] == state, (stage, answer, rows[address])
        assert answer[:3] in rows[address][2]
        assert rows[address][1] == 1, "one try each"
    blamed = {address for address, row in zip(addresses, PER_ADDRESS, strict=False) if row[3]}
    assert {row[0] for row in faults.sql("SELECT address_key FROM outbox_suppression")} == blamed
    waits = faults.sql("SELECT extract(epoch FROM due_at - now())::float FROM outbox_message WHERE state = 'deferred'")
    assert all(0 < wait <= 36 for (wait,) in waits), waits
    assert len({round(wait, 3) for (wait,) in waits}) == len(waits), "jitter"
    assert faults.accepted() == HEALTHY
    line.says(
        "F08",
        f"{len(PER_ADDRESS)} refusals at RCPT, DATA and the final dot, one address each, among {HEALTHY} others",
        f"all as tabled, {len(blamed)} addresses suppressed; everything has its answer after {seconds:.1f} s",
    )
    assert seconds < 30


def test_message_does_not_fail_if_the_server_refuses_before_mail(faults: Campaign, line: Line) -> None:
    faults.start_worker(concurrency=1, MAIL_TIMEOUT_SECONDS=PATIENT)
    for number, (stage, answer, state) in enumerate(FOR_EVERYBODY, 1):
        faults.sql("TRUNCATE outbox_message CASCADE")
        write_messages(faults, 1)
        faults.sink.script(**{stage: {"*": [answer, 2]}})  # twice, because a client tries HELO after a refused EHLO
        faults.tick()
        faults.wait_until(lambda: settled_with_answer(faults), 30, f"{stage} {answer}")
        assert faults.states() == {state: 1}, (stage, answer, faults.sql("SELECT reason FROM outbox_message"))
        line.says("F08", f"{number} refusals at connect, EHLO and MAIL", "deferred before MAIL, by class from MAIL on")
    assert faults.sql("SELECT count(*) FROM outbox_suppression") == [(0,)]


def test_refused_smtp_sign_in_pauses_the_queue(faults: Campaign, line: Line) -> None:
    number = 20
    write_messages(faults, number)
    faults.sink.script(auth={"*": "535 5.7.8 wrong password"})
    faults.start_worker("signed", EMAIL_URL=f"smtp://us:secret@127.0.0.1:{faults.smtp_port}")
    faults.start_beat()

    def refusals() -> int:
        return faults.log_of("signed").count("outbox.paused")

    faults.wait_until(lambda: refusals() > 0, 30, "the first refusal")
    time.sleep(5)  # several ticks
    first = refusals()
    assert first <= 2, "one for each process of the pool at most"
    assert faults.sql("SELECT DISTINCT state, tries FROM outbox_message") == [("queued", 0)]
    faults.sql("UPDATE outbox_pause SET next_probe_at = now()")
    faults.wait_until(lambda: refusals() == first + 1, 30, "the probe")
    time.sleep(3)
    assert refusals() == first + 1
    faults.sink.script()
    faults.sql("UPDATE outbox_pause SET next_probe_at = now()")
    seconds = faults.wait_until(lambda: faults.live() == 0, 30, "all emails have left")
    line.says(
        "F08",
        "535 for everybody",
        f"queue paused after {first} refusals, an alarm, 1 probe when its minute came, no try burnt; "
        f"{number} once {seconds:.0f} s after the probe that was let in",
    )
    faults.assert_each_once(number)
    assert faults.sql("SELECT count(*) FROM outbox_pause") == [(0,)]


def test_silent_server_delays_only_the_message_it_did_not_answer(faults: Campaign, line: Line) -> None:
    at_rcpt, at_data, at_dot, *_healthy = write_messages(faults, 3 + HEALTHY)
    faults.sink.script(rcpt={at_rcpt: "silent"}, data={at_data: "silent"}, dot={at_dot: ["silent", 1]})
    faults.start_worker()
    faults.tick(2)
    faults.wait_until(lambda: faults.accepted() > 0, 30, "the first email")
    seconds = faults.wait_until(lambda: faults.accepted() >= HEALTHY, 30, "the healthy ones have left")
    faults.wait_until(lambda: settled_with_answer(faults), 30, "the others have their answer")
    states = dict(faults.sql("SELECT address, state FROM outbox_message WHERE state <> 'sent'"))
    assert (states[at_rcpt], states[at_data]) == ("deferred", "deferred"), "nothing was accepted: tried again later"
    faults.start_beat()
    faults.wait_until(
        lambda: faults.sql("SELECT state FROM outbox_message WHERE address = %s", at_dot) == [("sent",)],
        30,
        "what was in doubt is sent again, as nothing was accepted",
    )
    steps = []
    for stage in ("connect", "ehlo", "mail"):
        faults.sql("TRUNCATE outbox_message CASCADE")
        write_messages(faults, 1)
        faults.sink.script(**{stage: {"*": ["silent", 2]}})
        steps.append(faults.wait_until(lambda: "deferred" in faults.states(), 30, f"silent at {stage}"))
    line.says(
        "F09",
        f"silent at connect, EHLO, MAIL, RCPT, DATA and after the dot (steps of {STEP_SECONDS:.0f} s)",
        f"{HEALTHY} others through in {seconds:.1f} s; put off after {max(steps):.1f} s, after the dot in doubt",
    )
    assert seconds < 15
    # The worker tries a kept connection once more; the next tick is two seconds later.
    assert max(steps) < 2 * STEP_SECONDS + 8
    assert len(faults.ledger()) == len(set(faults.ledger()))


@contextmanager
def worker_behind_proxy(faults: Campaign) -> Iterator[Proxy]:
    with proxy(free_port(), faults.smtp_port) as between:
        faults.start_worker(concurrency=1, EMAIL_URL=f"smtp://127.0.0.1:{between.port}")
        faults.start_beat()
        try:
            yield between
        finally:
            for process in list(faults.processes):
                faults.end(process)


def test_each_message_is_sent_once_if_the_connection_is_cut_at_the_end(faults: Campaign, line: Line) -> None:
    dot = b"\r\n.\r\n"
    cuts = {
        "after the dot, before the 250": Fault(cut_up_after=dot, reset=True, times=1),
        "before the dot": Fault(cut_up_before=dot, times=1),
        "250, then RST before QUIT": Fault(cut_down_after=b"250 accepted", reset=True, times=1),
        "in the middle of the body": Fault(cut_up_after_bytes=2_000, reset=True, times=1),
    }
    told = []
    with worker_behind_proxy(faults) as between:
        for name, cut in cuts.items():
            faults.sql("TRUNCATE outbox_message CASCADE")
            before = len(faults.ledger())
            between.set(cut)
            write_messages(faults, 3)
            faults.wait_until(lambda: between.cuts == 1, 30, f"cut {name}")
            faults.wait_until(lambda: faults.live() == 0 or "deferred" in faults.states(), 60, f"settled: {name}")
            faults.sql("UPDATE outbox_message SET due_at = now() WHERE state = 'deferred'")
            faults.wait_until(lambda: faults.live() == 0, 60, f"all sent: {name}")
            ids = faults.ledger()[before:]
            doubt = faults.sql("SELECT count(*) FROM outbox_message WHERE reason = 'found-accepted'")[0][0]
            told.append(f"{name}: {len(set(ids))} once, {doubt} by evidence")
            assert (len(ids), len(set(ids))) == (3, 3), name
            assert faults.states() == {"sent": 3}
        assert told[0].endswith("1 by evidence")
    line.says("F10", "connection cut around the last answer", "; ".join(told))


def test_broken_message_fails_once_and_the_queue_continues(faults: Campaign, line: Line) -> None:
    write_messages(faults, 5 + HEALTHY)
    broken = {
        "kind = 'nobody-registered-it'": "KeyError",
        "edited_subject = E'Hello\\r\\nBcc: everybody@example.org'": "ValueError",
        "payload = '{}'": "KeyError",
        "address = 'not an address'": "",
        # Forty workers have ended while they processed this message.
        "state = 'claimed', tries = 41, token = gen_random_uuid(), lease_until = now()": "workers-ended",
    }
    ids = [row[0] for row in faults.sql("SELECT id FROM outbox_message ORDER BY id LIMIT 5")]
    for pk, change in zip(ids, broken, strict=True):
        faults.sql(f"UPDATE outbox_message SET {change} WHERE id = {pk}")  # noqa: S608 (no input in the SQL)
    worker = faults.start_worker(MAIL_TIMEOUT_SECONDS=PATIENT)
    faults.start_beat()
    seconds = faults.wait_until(lambda: faults.live() == 0, 60, "all is settled")
    assert worker.poll() is None
    rows = dict(faults.sql("SELECT id, state || ' ' || tries || ' ' || reason FROM outbox_message"))
    for pk, expected in zip(ids, broken.values(), strict=True):
        assert rows[pk].startswith(("failed 1 ", "failed 42 ")), rows[pk]
        assert expected in rows[pk]
    line.says(
        "F11",
        f"{len(broken)} kinds of broken message among {HEALTHY}",
        f"each failed once with its reason, {seconds:.0f} s",
    )
    assert faults.accepted() == HEALTHY
